/** People at their screens, told by what they see: labels and roles, as in Chinese. */
import { expect, type Browser, type Page } from '@playwright/test'
import type { Xunfang } from './xunfang'

export interface Place {
  lng: number
  lat: number
}

export const DESK = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export async function signIn(page: Page, xunfang: Xunfang, account: string): Promise<void> {
  await page.goto(`${xunfang.url}/sign-in`)
  await page.getByLabel('账号').fill(account)
  await page.getByLabel('密码').fill(xunfang.password(account))
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

export async function openDesk(browser: Browser, xunfang: Xunfang): Promise<Page> {
  const context = await browser.newContext({ viewport: DESK, acceptDownloads: true })
  const page = await context.newPage()
  await signIn(page, xunfang, 'dispatch')
  await expect(page).toHaveURL(/\/desk$/)
  await expect(page.getByRole('banner').getByText('实时')).toBeVisible()
  await drawn(page)
  return page
}

/** Waits for the map's micro-grids. */
export async function drawn(page: Page): Promise<void> {
  // Not `loaded()`: with units that move it is seldom true for long.
  await page.waitForFunction(
    () => {
      const grids = window.__xunfangMap?.queryRenderedFeatures({ layers: ['grid-fill'] })
      return grids !== undefined && grids.length > 0
    },
    undefined,
    { timeout: 30_000 },
  )
}

export async function openPhone(
  browser: Browser,
  xunfang: Xunfang,
  account: string,
  place: Place | null,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
    ...(place && {
      geolocation: { longitude: place.lng, latitude: place.lat, accuracy: 8 },
      permissions: ['geolocation'],
    }),
  })
  const page = await context.newPage()
  await signIn(page, xunfang, account)
  await expect(page).toHaveURL(/\/patrol$/)
  await expect(page.getByText('实时')).toBeVisible()
  return page
}

/** Asks the server under the page's own session, past its screens. */
export async function command(page: Page, request: object): Promise<void> {
  const said = await page.evaluate(
    async (body) => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      const answer = await fetch('/api/commands', init)
      return { status: answer.status, refusal: answer.ok ? '' : await answer.text() }
    },
    { id: crypto.randomUUID(), request },
  )
  expect(said).toEqual({ status: 200, refusal: '' })
}

/** Counts what a finger does on this page from now; the answer is read when it is done. */
export async function countTaps(phone: Page): Promise<() => Promise<number>> {
  await phone.evaluate(() => {
    Object.assign(window, { taps: 0 })
    const page = window as unknown as { taps: number }
    addEventListener('pointerdown', () => (page.taps += 1), { capture: true })
  })
  return () => phone.evaluate(() => (window as unknown as { taps: number }).taps)
}

/** Ends everybody's screens, so that the next test has the machine to itself. */
export async function closeAll(browser: Browser): Promise<void> {
  for (const context of browser.contexts()) await context.close()
}

/** A point well inside a grid of the member's own organisation. */
export async function ownPlace(browser: Browser, xunfang: Xunfang, account: string) {
  const context = await browser.newContext({ viewport: PHONE })
  const page = await context.newPage()
  await signIn(page, xunfang, account)
  await expect(page).toHaveURL(/\/patrol$/)
  const found = await page.evaluate(async () => {
    const get = async (path: string) => (await fetch(path)).json()
    const { member } = await get('/api/session')
    const district = `/api/districts/${member.district}`
    const organisations = await get(`${district}/organisations`)
    const own = organisations.find((one: { id: string }) => one.id === member.org)
    const teams = await get(`${district}/teams`)
    const { features } = await get(`${district}/grids`)
    const grid = features.find(
      (one: { properties: { code: string } }) => one.properties.code === own.grids[0],
    )
    const ring: [number, number][] =
      grid.geometry.type === 'Polygon'
        ? grid.geometry.coordinates[0]
        : grid.geometry.coordinates[0][0]
    const corners = ring.slice(1)
    const mean = (axis: 0 | 1) => corners.reduce((sum, one) => sum + one[axis], 0) / corners.length
    return {
      member: member.id as string,
      team: teams.find((one: { id: string }) => one.id === member.team).name as string,
      grid: own.grids[0] as string,
      place: { lng: mean(0), lat: mean(1) },
    }
  })
  await context.close()
  return found
}

/** Brings a place so near that units are drawn one by one. */
export async function lookAt(desk: Page, { lng, lat }: Place): Promise<void> {
  await desk.evaluate((center) => window.__xunfangMap?.jumpTo({ center, zoom: 15 }), [lng, lat] as [
    number,
    number,
  ])
}

/** Where a unit is drawn on the desk's map, in degrees; null when it isn't. */
export function unitOnMap(desk: Page, member: string): Promise<Place | null> {
  return desk.evaluate((id) => {
    const drawn = window.__xunfangMap?.queryRenderedFeatures({ layers: ['unit-marks'] })
    const mark = drawn?.find(({ properties }) => properties.member === id)
    if (mark?.geometry.type !== 'Point') return null
    const [lng = 0, lat = 0] = mark.geometry.coordinates
    return { lng, lat }
  }, member)
}

/** The force whose hue the map's picture has at a place; `none` for another colour. */
export async function hueAt(desk: Page, place: Place): Promise<string> {
  const at = await desk.evaluate(({ lng, lat }) => {
    const map = window.__xunfangMap
    if (!map) throw new Error('no map')
    const box = map.getCanvas().getBoundingClientRect()
    const { x, y } = map.project([lng, lat])
    return { x: box.x + x, y: box.y + y }
  }, place)
  const picture = await desk.screenshot({
    clip: { x: Math.round(at.x) - 1, y: Math.round(at.y) - 1, width: 3, height: 3 },
  })
  return desk.evaluate(
    async (bytes) => {
      // An image, for the page's policy lets no script fetch `data:`.
      const image = new Image()
      image.src = bytes
      await image.decode()
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
      if (!context) throw new Error('no canvas')
      context.drawImage(image, 0, 0)
      const [r = 0, g = 0, b = 0] = context.getImageData(1, 1, 1, 1).data
      const hex = `#${[r, g, b].map((one) => one.toString(16).padStart(2, '0')).join('')}`
      const sheet = getComputedStyle(document.documentElement)
      const forces = ['police', 'auxiliary', 'property', 'guard', 'volunteer']
      const found = forces.find((one) => sheet.getPropertyValue(`--force-${one}`).trim() === hex)
      return found ?? `none (${hex})`
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  )
}
