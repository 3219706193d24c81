/** Without a server: the app opens, what is done waits, and goes out once, in order, help first. */
import { expect, test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { closeAll, command, drawn, openDesk, openPhone, ownPlace, PHONE, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** A client comes back within the server's 2 s and its own back-off. */
const BACK_WITHIN = { timeout: 15_000 }
const HELD_MS = 3_400

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** The button in the head that says how the link is and what waits. */
const head = (page: Page) => page.locator('header button.link')
const shoot = (page: Page, name: string) =>
  process.env.SHOTS === undefined
    ? Promise.resolve()
    : page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), animations: 'disabled' })

/** Until the page is kept: the worker that holds it is in charge. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, {
    timeout: 30_000,
  })
}

/** What the server has, asked as the desk. */
const ask = <T>(desk: Page, path: string): Promise<T> =>
  desk.evaluate(async (one) => (await fetch(one)).json(), path) as Promise<T>

async function report(phone: Page): Promise<void> {
  await phone.getByRole('link', { name: '上报' }).tap()
  await phone.getByRole('button', { name: '路灯井盖' }).tap()
  await phone.getByRole('button', { name: '提交' }).tap()
}

async function say(phone: Page, text: string): Promise<void> {
  await phone.getByLabel('街道频道 写一条消息').fill(text)
  await phone.getByRole('button', { name: '发送', exact: true }).tap()
}

async function callForHelp(phone: Page): Promise<void> {
  const button = phone.getByRole('button', { name: '一键求助' })
  await button.focus()
  await phone.keyboard.down('Enter')
  await phone.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), HELD_MS)
  await phone.keyboard.up('Enter')
}

interface Seen {
  id: string
  /** Counts up in the order of storing. */
  number: string
  kind_first: string
  flags: { sos: boolean }
  reporter: string | null
}

test('three things done without a server arrive once, help first, over a reload', async ({
  browser,
}) => {
  const { place, member } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await phone.getByRole('button', { name: '签到' }).tap()
  await phone.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(phone.getByText('定位中')).toBeVisible()
  await kept(phone)
  await kept(desk)

  await xunfang.halt()
  await expect(head(phone)).toContainText(/离线 · \d\d:\d\d 起/, BACK_WITHIN)
  await report(phone)
  await expect(phone.getByText('已保存在本机，将在联网后自动发送')).toBeVisible()
  await expect(head(phone)).toContainText('离线 · 1 条待发送')
  await say(phone, '北门没有信号')
  await expect(phone.getByRole('listitem').filter({ hasText: '北门没有信号' })).toContainText(
    '待发送',
  )
  await callForHelp(phone)
  await expect(head(phone)).toContainText('离线 · 3 条待发送')
  await shoot(phone, 'offline-phone')

  await phone.reload()
  await expect(head(phone)).toContainText('离线 · 3 条待发送', BACK_WITHIN)
  await expect(phone.getByText('求助还没有发出：将在联网后自动发送')).toBeVisible()
  await expect(phone.getByText('定位中')).toBeVisible()
  await shoot(phone, 'offline-phone-reloaded')
  await head(phone).tap()
  const list = phone.getByRole('dialog', { name: '发送记录' })
  await expect(list.getByText(/一键求助|路灯井盖|北门没有信号/)).toHaveCount(3)
  await expect(list.getByText('待发送', { exact: true })).toHaveCount(3)
  await shoot(phone, 'offline-phone-list')

  // The desk opens as well, says since when it is as it is, and shows what it knew.
  await desk.reload()
  await expect(head(desk)).toContainText(/离线 · \d\d:\d\d 起/, BACK_WITHIN)
  await expect(desk.getByText('正在读取…')).toHaveCount(0)
  await expect(desk.getByRole('banner').getByText('1/5')).toBeVisible()
  // Its map as well, which no phone keeps.
  await drawn(desk)
  await shoot(desk, 'offline-desk')

  await xunfang.resume()
  await expect(list.getByText('待发送', { exact: true })).toHaveCount(0, BACK_WITHIN)
  // The three, the sign-on and the consent.
  await expect(list.getByText(/\d\d:\d\d 送达/)).toHaveCount(5)
  await shoot(phone, 'offline-phone-delivered')
  await list.getByRole('button', { name: '关闭' }).tap()
  await expect(head(phone)).toContainText('实时')
  await expect(head(desk)).toContainText('实时', BACK_WITHIN)
  await expect(desk.getByRole('button', { name: '受理（一级）' })).toBeVisible()

  const { district } = await ask<{ district: string }>(phone, '/api/session').then((said) => ({
    district: (said as unknown as { member: { district: string } }).member.district,
  }))
  const of = `/api/districts/${district}`
  const { items } = await ask<{ items: Seen[] }>(desk, `${of}/incidents?limit=50`)
  const mine = items.filter(({ reporter }) => reporter === member)
  const help = mine.filter(({ flags }) => flags.sos)
  const reports = mine.filter(({ flags }) => !flags.sos)
  expect([help.length, reports.length]).toEqual([1, 1])
  expect((help[0]?.number ?? '') < (reports[0]?.number ?? '')).toBe(true)
  const channel = encodeURIComponent(`district:${district}`)
  const said = await ask<{ items: { text: { body: string } }[] }>(
    desk,
    `${of}/messages?channel=${channel}`,
  )
  expect(said.items.filter(({ text }) => text.body === '北门没有信号')).toHaveLength(1)
})

test('somebody else in the same browser neither sees nor sends it; its writer does', async ({
  browser,
}) => {
  const phone = await openPhone(browser, xunfang, 'volunteer', null)
  await kept(phone)
  let cut = true
  await phone.routeWebSocket(/\/ws$/, (socket) => {
    if (cut) void socket.close({ code: 4000 })
    else socket.connectToServer()
  })
  await phone.reload()
  await expect(head(phone)).toContainText('离线', BACK_WITHIN)
  await say(phone, '只有我知道')
  await expect(head(phone)).toContainText('离线 · 1 条待发送')
  await phone.getByRole('button', { name: '设置' }).tap()
  await phone.getByRole('button', { name: '退出登录' }).tap()
  await expect(phone.getByRole('dialog').getByText('还有 1 条没有发出')).toBeVisible()
  await shoot(phone, 'offline-phone-leave')
  await phone.getByRole('button', { name: '仍然退出' }).tap()
  await expect(phone).toHaveURL(/\/sign-in/)

  cut = false
  await signIn(phone, xunfang, 'guard')
  await expect(head(phone)).toContainText('实时')
  await expect(phone.getByText('只有我知道')).toHaveCount(0)
  expect((await rows(phone, 'who'))[0]).toMatchObject({ member: { id: 'demo-guard' } })
  await phone.getByRole('button', { name: '设置' }).tap()
  await phone.getByRole('button', { name: '退出登录' }).tap()
  await expect(phone).toHaveURL(/\/sign-in/)
  for (const store of ['views', 'cursors', 'reads', 'who'])
    expect(await rows(phone, store), store).toEqual([])

  await signIn(phone, xunfang, 'volunteer')
  await expect(phone.getByText('只有我知道')).toHaveCount(1)
  await expect(head(phone)).toContainText('实时')
})

/** All rows of one of the page's own tables. */
const rows = (page: Page, store: string): Promise<unknown[]> =>
  page.evaluate(
    (name) =>
      new Promise<unknown[]>((resolve, reject) => {
        const opening = indexedDB.open('xunfang')
        opening.onerror = () => reject(new Error('not opened'))
        opening.onsuccess = () => {
          const all = opening.result.transaction(name).objectStore(name).getAll()
          all.onsuccess = () => {
            opening.result.close()
            resolve(all.result as unknown[])
          }
        }
      }),
    store,
  )

test('a way back is taken within a second, and goes on where it was', async ({ browser }) => {
  const context = await browser.newContext({ viewport: PHONE })
  const page = await context.newPage()
  const told: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const type = /"type":"(\w+)"/.exec(String(payload).slice(0, 60))?.[1]
      if (type === 'reset' || type === 'resumed') told.push(type)
    }),
  )
  await signIn(page, xunfang, 'guard')
  await expect(head(page)).toContainText('实时')
  expect(told).toEqual(['reset'])

  await context.setOffline(true)
  await expect(head(page)).toContainText('离线', BACK_WITHIN)
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 5_000)))
  const since = Date.now()
  await context.setOffline(false)
  await expect(head(page)).toContainText('实时', { timeout: 1_000 })
  const back_ms = Date.now() - since
  test.info().annotations.push({ type: 'back', description: `${back_ms} ms` })

  // A server that is updated under an open page.
  await xunfang.halt('SIGTERM')
  await expect(head(page)).toContainText('离线', BACK_WITHIN)
  await xunfang.resume()
  await expect(head(page)).toContainText('实时', BACK_WITHIN)
  await page.reload()
  await expect(head(page)).toContainText('实时', BACK_WITHIN)
  expect(told).toEqual(['reset', 'resumed', 'resumed', 'resumed'])
})

test('what is out of sight leaves the disk, and nothing of the API is in the caches', async ({
  browser,
}) => {
  const { place } = await ownPlace(browser, xunfang, 'volunteer')
  const desk = await openDesk(browser, xunfang)
  const phone = await openPhone(browser, xunfang, 'volunteer', null)
  await kept(phone)
  await command(phone, { type: 'sign_on', shift: crypto.randomUUID(), officer: null })
  const session = await ask<{ member: { team: string } }>(phone, '/api/session')
  const incident = crypto.randomUUID()
  const observed_ms = Date.now()
  const kind = 'hazard.manhole'
  const request = { type: 'report_incident', incident, point: place, kind, observed_ms }
  await command(desk, { ...request, text: '东门井盖', drill: false })
  const move = (step: object) => command(desk, { type: 'move_incident', incident, move: step })
  await move({ step: 'accept', level: '3', grid: null })
  await move({ step: 'dispatch', lead: session.member.team, support: [] })
  const held = async () =>
    JSON.stringify([...(await rows(phone, 'views')), ...(await rows(phone, 'reads'))])
  await expect.poll(held).toContain('东门井盖')
  await move({ step: 'recall', reason: '派错了' })
  await expect.poll(held).not.toContain('东门井盖')
  expect(await held()).not.toContain(incident)

  const paths = await phone.evaluate(async () => {
    const names = await caches.keys()
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return all.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(paths).toContain('/index.html')
  expect(paths.filter((path) => !/^\/(assets\/|[\w.-]+$)/.test(path))).toEqual([])
  expect(paths.filter((path) => /DeskView|MapView/.test(path))).toEqual([])
})

test('without a place to keep things it works, and says what that means', async ({ browser }) => {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true })
  await context.addInitScript(() =>
    Object.defineProperty(window, 'indexedDB', { value: undefined, configurable: true }),
  )
  const phone = await context.newPage()
  await signIn(phone, xunfang, 'volunteer')
  await expect(phone.getByText('这个浏览器不保存内容')).toBeVisible()
  await shoot(phone, 'offline-phone-private')
  await say(phone, '无痕也能发')
  await expect(phone.getByText('无痕也能发')).toBeVisible()
  await phone.getByRole('button', { name: '知道了' }).tap()
  await expect(phone.getByText('这个浏览器不保存内容')).toBeHidden()
})
