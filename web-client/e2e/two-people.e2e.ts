/** The main job with two people at once: a guard reports, the desk sees it and sees it through. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import {
  closeAll,
  countTaps,
  hueAt,
  lookAt,
  openDesk,
  openPhone,
  ownPlace,
  unitOnMap,
} from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** The deadline for what somebody else did to be on a screen. */
const SEEN_WITHIN = { timeout: 2_000 }
/** The deadline for a unit: its phone sends every 3 s at most. */
const DRAWN_WITHIN = { timeout: 6_000 }
/** How far the drawn place may be from the phone's: rounding of degrees and of pixels. */
const NEAR_DEGREES = 1e-5

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

interface Scene {
  desk: Page
  guard: Page
  member: string
  team: string
  grid: string
  place: { lng: number; lat: number }
}

async function atWork(browser: Browser, account: string): Promise<Scene> {
  const own = await ownPlace(browser, xunfang, account)
  const desk = await openDesk(browser, xunfang)
  const guard = await openPhone(browser, xunfang, account, own.place)
  await guard.getByRole('button', { name: '签到' }).tap()
  await guard.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(guard.getByText('定位中')).toBeVisible()
  // The browser stamps an emulated fix when it is set, and one from before the sign-on is refused.
  await guard.context().setGeolocation({ latitude: own.place.lat, longitude: own.place.lng })
  await lookAt(desk, own.place)
  return { desk, guard, ...own }
}

/** The incident's state, as a screen's chips say it. */
const says = (page: Page, number: string, state: string) =>
  expect(page.getByRole('article', { name: number }).getByText(state).first()).toBeVisible(
    SEEN_WITHIN,
  )
const phoneSays = (page: Page, state: string) =>
  expect(page.getByRole('main').getByText(state).first()).toBeVisible(SEEN_WITHIN)

test('report, grade, dispatch, handle, approve, rate, export', async ({ browser }) => {
  const { desk, guard, member, team, grid, place } = await atWork(browser, 'guard')

  // The guard's place, read from the rendered map: where it is drawn, and in the hue of its force.
  await expect
    .poll(async () => (await unitOnMap(desk, member))?.lng, DRAWN_WITHIN)
    .toBeCloseTo(place.lng, 4)
  const drawn = await unitOnMap(desk, member)
  expect(Math.abs((drawn?.lat ?? 0) - place.lat)).toBeLessThan(NEAR_DEGREES)
  expect(await hueAt(desk, place)).toBe('guard')

  const taps = await countTaps(guard)
  await guard.getByRole('link', { name: '上报' }).tap()
  await guard.getByRole('button', { name: '路灯井盖' }).tap()
  await guard.getByRole('button', { name: '提交' }).tap()

  const list = desk.getByRole('region', { name: '事件列表' })
  const row = list.getByRole('button', { name: /路灯井盖.*待受理/ }).first()
  await expect(row).toBeVisible(SEEN_WITHIN)
  const reported = await guard.getByRole('status').filter({ hasText: '已上报' }).innerText()
  expect(reported).toMatch(/\d\d:\d\d 送达/)
  expect(await taps()).toBe(3)
  const number = /YX-\d{8}-\d{4}/.exec(reported)?.[0] ?? ''
  expect(await row.innerText()).toContain(number)

  await row.click()
  const detail = desk.getByRole('article', { name: number })
  await expect(detail.getByText(grid)).toBeVisible()
  await guard.getByRole('link', { name: `查看 ${number}` }).tap()
  await phoneSays(guard, '待受理')

  await detail.getByRole('button', { name: '四级', exact: true }).click()
  await says(desk, number, '已受理')
  await phoneSays(guard, '已受理')

  await detail.getByRole('listitem').filter({ hasText: team }).getByRole('radio').check()
  await detail.getByRole('button', { name: /^派给/ }).click()
  await says(desk, number, '待接单')

  for (const [step, state] of [
    ['接单', '已接单'],
    ['出发', '途中'],
    ['到场', '已到场'],
  ] as const) {
    await guard.getByRole('button', { name: step, exact: true }).tap(SEEN_WITHIN)
    await phoneSays(guard, state)
    await says(desk, number, state)
  }

  await guard.getByLabel('做了什么，现场怎样').fill('已放警示桩，联系路灯班')
  await guard.getByRole('button', { name: '记录处置' }).tap()
  await says(desk, number, '处置中')
  await expect(detail.getByText('已放警示桩，联系路灯班')).toBeVisible(SEEN_WITHIN)

  await guard.getByLabel('处理结果').fill('井盖已复位')
  await expect(guard.getByLabel('最终类别')).toHaveValue('hazard.manhole')
  await guard.getByRole('button', { name: '反馈结果' }).tap()
  await says(desk, number, '待审核')

  await detail.getByRole('button', { name: '审核通过' }).click()
  await says(desk, number, '已办结')
  await phoneSays(guard, '已办结')

  await detail.getByRole('button', { name: '5 星' }).click()
  await says(desk, number, '已归档')
  await phoneSays(guard, '已归档')

  // The week's table, by the desk's button.
  const downloading = desk.waitForEvent('download')
  await desk.getByTitle('账号').click()
  await desk.getByRole('menuitem', { name: 'CSV 表格' }).click()
  const table = await readFile(await (await downloading).path(), 'utf8')
  const [header, ...rows] = table.replace(/^\uFEFF/, '').split(/\r?\n/)
  expect(header).toBe('week,kind,grid,n')
  const counted = rows.map((line) => line.split(','))
  const mine = counted.find(([, kind, where]) => kind === 'hazard.manhole' && where === grid)
  expect(mine?.[0]).toMatch(/^\d{4}-W\d{2}$/)
  expect(Number(mine?.[3])).toBeGreaterThanOrEqual(1)
})

test('messages reach the other side, and sign-off ends the dot', async ({ browser }) => {
  const { desk, guard: phone, member } = await atWork(browser, 'volunteer')
  await expect.poll(() => unitOnMap(desk, member), DRAWN_WITHIN).not.toBeNull()

  await phone.getByLabel('街道频道 写一条消息').fill('东门已巡一圈')
  await phone.getByRole('button', { name: '发送' }).tap()
  await desk.getByRole('tab', { name: '频道' }).click()
  await expect(desk.getByText('东门已巡一圈')).toBeVisible(SEEN_WITHIN)

  await phone.getByRole('button', { name: '签退' }).tap()
  await phone.getByRole('dialog', { name: '签退' }).getByRole('button', { name: '签退' }).tap()
  await expect(phone.getByText('未上岗')).toBeVisible()
  await expect.poll(() => unitOnMap(desk, member), SEEN_WITHIN).toBeNull()
})
