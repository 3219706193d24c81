/**
 * Ten thousand units that move once a second, beside an empty map. The times are printed, for they
 * are the machine's; asserted is what no machine may do: lose a unit, or let updates pile up.
 */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { startCrowd, type Crowd } from './crowd'
import { DESK, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const UNITS = 10_000
const SECONDS = 10
/** In degrees; a place is drawn to a metre. */
const HALF_A_STEP = 0.00004
const DRAWN_WITHIN = { timeout: 60_000 }
/** All of them on the screen, in groups; and some hundred one by one while all of them move. */
const SCENES = [
  { name: 'all in sight', zoom: 12 },
  { name: 'from near', zoom: 15.5 },
]
/** How many times as busy as with an empty map the page may be; 2 to 7 times were measured. */
const RATIO_AT_MOST = 40

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterAll(() => xunfang.stop())

interface Times {
  frames_ms: number[]
  busy_ms: number
}

/** The desk on a machine where so many are on duty. */
async function openCrowd(browser: Browser, crowd: Crowd, zoom: number): Promise<Page> {
  const context = await browser.newContext({ viewport: DESK })
  const page = await context.newPage()
  await signIn(page, { ...xunfang, url: crowd.url }, 'dispatch')
  await page.waitForFunction(() => window.__xunfangMap?.getSource('units') !== undefined)
  await page.evaluate(({ center, zoom }) => window.__xunfangMap?.jumpTo({ center, zoom }), {
    center: crowd.middle,
    zoom,
  })
  // Counts what is on its way to the map.
  await page.evaluate(() => {
    const source = window.__xunfangMap?.getSource('units') as unknown as {
      setData: (data: unknown) => Promise<void>
    }
    const counts = { started: 0, finished: 0, most: 0 }
    Object.assign(window, { counts })
    const own = source.setData.bind(source)
    source.setData = async (data) => {
      counts.started += 1
      counts.most = Math.max(counts.most, counts.started - counts.finished)
      await own(data)
      counts.finished += 1
    }
  })
  return page
}

const countsOf = (page: Page) =>
  page.evaluate(
    () => (window as unknown as { counts: Record<'started' | 'finished' | 'most', number> }).counts,
  )

/** Frame by frame, while somebody moves the crowd or nobody does. */
async function timed(page: Page, second: (n: number) => void): Promise<Times> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const busy = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const before_ms = await busy()
  const frames = page.evaluate(
    (for_ms) =>
      new Promise<number[]>((done) => {
        const found: number[] = []
        const start_ms = performance.now()
        let last_ms = start_ms
        const frame = () => {
          const now_ms = performance.now()
          found.push(now_ms - last_ms)
          last_ms = now_ms
          if (now_ms - start_ms < for_ms) requestAnimationFrame(frame)
          else done(found)
        }
        requestAnimationFrame(frame)
      }),
    SECONDS * 1000,
  )
  for (let n = 1; n <= SECONDS; n++) {
    second(n)
    await new Promise((passed) => setTimeout(passed, 1000))
  }
  return { frames_ms: await frames, busy_ms: (await busy()) - before_ms }
}

const quantile = (values: number[], part: number) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0

function report(name: string, { frames_ms, busy_ms }: Times): void {
  const [half, most, worst] = [0.5, 0.95, 1].map((part) => quantile(frames_ms, part).toFixed(1))
  const each = (busy_ms / SECONDS).toFixed(0)
  process.stdout.write(
    `  ${name}: ${frames_ms.length} frames in ${SECONDS} s; a frame ${half} ms (median), ` +
      `${most} ms (95 %), ${worst} ms (longest); main thread ${each} ms a second\n`,
  )
}

/** What stands on the screen: how many units, in how many marks, and where each single one is. */
const shown = (page: Page) =>
  page.evaluate(() => {
    const map = window.__xunfangMap
    const drawn = map?.queryRenderedFeatures({ layers: ['unit-marks', 'unit-clusters'] }) ?? []
    const sight = map?.getBounds()
    const counts = new Map<string, number>()
    const places: Record<string, { lng: number; lat: number }> = {}
    for (const { properties, geometry } of drawn) {
      if (geometry.type !== 'Point') continue
      const { member, count, west, south } = properties as Record<string, string | number>
      const [lng = 0, lat = 0] = geometry.coordinates
      if (!sight?.contains([lng, lat])) continue
      counts.set(String(member ?? `${west} ${south}`), Number(count ?? 1))
      if (member !== undefined) places[member] = { lng, lat }
    }
    const units = [...counts.values()].reduce((a, b) => a + b, 0)
    return { units, marks: counts.size, places }
  })

/** How many units of the crowd are in sight after a step. */
async function inSight(page: Page, crowd: Crowd, step: number): Promise<number> {
  const [west, south, east, north] = await page.evaluate(() => {
    const sight = window.__xunfangMap?.getBounds().toArray().flat() ?? []
    return sight as [number, number, number, number]
  })
  return Array.from({ length: UNITS }, (_, n) => crowd.at(n, step)).filter(
    ({ lng, lat }) => lng > west && lng < east && lat > south && lat < north,
  ).length
}

test(`${UNITS} units at 1 Hz beside an empty map`, async ({ browser }) => {
  test.setTimeout(240_000)
  const nobody = await startCrowd(xunfang.url, 0)
  const empty = await openCrowd(browser, nobody, 12)
  // It is drawn as often as the crowd is.
  const emptyTimes = await timed(empty, () => {
    void empty.evaluate(() => window.__xunfangMap?.triggerRepaint())
  })
  await empty.context().close()
  nobody.stop()
  report('empty map', emptyTimes)

  const crowd = await startCrowd(xunfang.url, UNITS)
  for (const { name, zoom } of SCENES) {
    const page = await openCrowd(browser, crowd, zoom)
    crowd.move(0)
    const first = await inSight(page, crowd, 0)
    await expect.poll(() => shown(page).then(({ units }) => units), DRAWN_WITHIN).toBe(first)
    const times = await timed(page, crowd.move)
    const last = await inSight(page, crowd, SECONDS)
    await expect.poll(() => shown(page).then(({ units }) => units), DRAWN_WITHIN).toBe(last)
    const { units, marks, places } = await shown(page)
    report(`${UNITS} units, ${name} (${units} in ${marks} marks)`, times)

    if (zoom === 12) expect(units).toBe(UNITS)
    else expect(marks).toBe(units)
    // The last step is what stands there in the end.
    for (const [member, place] of Object.entries(places)) {
      const end = crowd.at(Number(member.replace(/\D+/, '')), SECONDS)
      expect(Math.hypot(place.lng - end.lng, place.lat - end.lat)).toBeLessThan(HALF_A_STEP)
    }
    const counts = await countsOf(page)
    expect(counts.most).toBe(1)
    expect(counts.finished).toBe(counts.started)
    expect(times.busy_ms / emptyTimes.busy_ms).toBeLessThan(RATIO_AT_MOST)
    await page.context().close()
  }
  crowd.stop()
})
