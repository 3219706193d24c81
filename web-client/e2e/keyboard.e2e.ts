/** The desk by visible labels and the keyboard alone, no pointer and no typed address. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { closeAll, openDesk, openPhone, ownPlace } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** The deadline for what somebody else did to be on a screen. */
const SEEN_WITHIN = { timeout: 5_000 }
/** A little more than the three seconds of the button. */
const HELD_MS = 3_400
/** More stops than the desk has between any two of its parts. */
const MOST_TABS = 40

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const hasFocus = (of: Locator) => of.evaluate((one) => one === document.activeElement)

/** Presses a key until this has the focus. */
async function reach(page: Page, key: string, wanted: Locator): Promise<void> {
  for (let n = 0; n < MOST_TABS; n++) {
    if (await hasFocus(wanted)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${key} never reaches ${wanted.toString()}`)
}

test('report, grade, dispatch, close', async ({ browser }) => {
  const { place, team } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const guard = await openPhone(browser, xunfang, 'guard', place)
  await guard.getByRole('button', { name: '签到', exact: true }).tap()
  await guard.getByRole('button', { name: '同意', exact: true }).tap()
  await guard.getByRole('link', { name: '上报' }).tap()
  await guard.getByRole('button', { name: '路灯井盖' }).tap()
  await guard.getByRole('button', { name: '提交' }).tap()
  const reported = guard.getByRole('status').filter({ hasText: '已上报' })
  const number = /YX-\d{8}-\d{4}/.exec(await reported.innerText())?.[0] ?? ''
  await guard.getByRole('link', { name: `查看 ${number}` }).tap()

  // The list of keys, and out of it again.
  await desk.keyboard.press('?')
  await expect(desk.getByRole('dialog', { name: '快捷键' })).toBeVisible()
  await desk.keyboard.press('Escape')
  await expect(desk.getByRole('dialog', { name: '快捷键' })).toBeHidden()

  // Find it, and open it.
  await desk.keyboard.press('f')
  await desk.keyboard.type(number)
  await desk.keyboard.press('ArrowDown')
  const row = desk.getByRole('button', { name: new RegExp(`路灯井盖.*${number}.*待受理`) })
  await expect(row).toBeFocused(SEEN_WITHIN)
  await desk.keyboard.press('Enter')
  const detail = desk.getByRole('article', { name: number })
  await expect(detail).toBeVisible()

  // The next step is always one key away, and is the first button.
  await desk.keyboard.press('a')
  await expect(detail.getByRole('button').first()).toBeFocused()
  await reach(desk, 'Tab', detail.getByRole('button', { name: '四级', exact: true }))
  await desk.keyboard.press('Enter')
  await expect(row).toBeHidden(SEEN_WITHIN)
  await expect(detail.getByText('已受理').first()).toBeVisible(SEEN_WITHIN)

  await desk.keyboard.press('a')
  await reach(
    desk,
    'Tab',
    detail.getByRole('group', { name: '力量' }).getByRole('button', { name: /企业保安/ }),
  )
  await desk.keyboard.press(' ')
  await desk.keyboard.press('Tab')
  const mine = detail.getByRole('listitem').filter({ hasText: team }).getByRole('radio')
  await expect(async () => {
    if (!(await mine.isChecked())) await desk.keyboard.press('ArrowDown')
    await expect(mine).toBeChecked({ timeout: 100 })
  }).toPass(SEEN_WITHIN)
  await desk.keyboard.press('a')
  await expect(detail.getByRole('button', { name: `派给 ${team}` })).toBeFocused()
  await desk.keyboard.press('Enter')

  for (const step of ['接单', '出发', '到场'])
    await guard.getByRole('button', { name: step, exact: true }).tap()
  await guard.getByLabel('做了什么，现场怎样').fill('已放警示桩')
  await guard.getByRole('button', { name: '记录处置' }).tap()
  await guard.getByLabel('处理结果').fill('井盖已复位')
  await guard.getByRole('button', { name: '反馈结果' }).tap()

  const approve = detail.getByRole('button', { name: '审核通过' })
  await expect(approve).toBeVisible(SEEN_WITHIN)
  await desk.keyboard.press('a')
  await expect(approve).toBeFocused()
  await desk.keyboard.press('Enter')
  await expect(detail.getByText('已办结').first()).toBeVisible(SEEN_WITHIN)
  // What was pressed is gone; the next step has the focus, and nothing was lost.
  await expect(detail.getByRole('button', { name: '1 星' })).toBeFocused()
  await desk.keyboard.press('Escape')
  await expect(detail).toBeHidden()
})

test('a call for help rings until somebody takes it', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const guard = await openPhone(browser, xunfang, 'guard', place)
  const help = guard.getByRole('button', { name: '一键求助' })
  await help.focus()
  await guard.keyboard.down('Enter')
  await guard.evaluate((ms) => new Promise((held) => setTimeout(held, ms)), HELD_MS)
  await guard.keyboard.up('Enter')

  const strip = desk.getByRole('region', { name: '一键求助', exact: true })
  await expect(strip).toBeVisible(SEEN_WITHIN)
  await expect(desk.getByRole('alert').filter({ hasText: '一键求助：' })).toBeAttached()
  await expect(desk).toHaveTitle(/【求助 1】/)
  const take = strip.getByRole('button', { name: '受理（一级）' })
  await desk.keyboard.press('Escape')
  await expect(take).toBeVisible()
  await desk.keyboard.press('s')
  await expect(take).toBeFocused()
  await desk.keyboard.press('Enter')
  await expect(take).toBeHidden(SEEN_WITHIN)
  await expect(strip.getByText(/已于 \d\d:\d\d 受理/)).toBeVisible()
  await expect(desk).not.toHaveTitle(/求助/)
  const phone = guard.getByRole('region', { name: '一键求助', exact: true })
  await expect(phone.getByText(/已确认 \d\d:\d\d/)).toBeVisible(SEEN_WITHIN)
})

test('tabs are one stop, with arrows between them; dialogs let the keyboard out', async ({
  browser,
}) => {
  const volunteer = await openPhone(browser, xunfang, 'volunteer', null)
  await volunteer.getByRole('button', { name: '签到', exact: true }).tap()
  await volunteer.getByRole('button', { name: '不同意，用手动打卡' }).tap()
  const desk = await openDesk(browser, xunfang)
  const incidents = desk.getByRole('tab', { name: '事件' })
  await reach(desk, 'Tab', incidents)
  await desk.keyboard.press('ArrowRight')
  await expect(desk.getByRole('tab', { name: '人员' })).toBeFocused()
  await expect(desk.getByRole('region', { name: '在岗人员', exact: true })).toBeVisible()
  await desk.keyboard.press('Tab')
  await expect(desk.getByRole('searchbox', { name: '按姓名或队伍查找' })).toBeFocused()
  await desk.keyboard.press('ArrowDown')
  await desk.keyboard.press('j')
  await desk.keyboard.press('Enter')
  await expect(desk.getByRole('button', { name: '关闭详情' })).toBeVisible()
  await desk.keyboard.press('r')
  const call = desk.getByRole('dialog', { name: '热线录入' })
  await reach(desk, 'Tab', call.getByRole('button', { name: '在地图上点选' }))
  await desk.keyboard.press('Enter')
  await expect(call).toBeHidden()
  await desk.keyboard.press('Enter')
  await expect(call.getByRole('status').getByText(/^地图上的点/)).toBeVisible()
  await desk.keyboard.press('Escape')
  await expect(call).toBeHidden()
})

test('where is somebody? a slash, a few signs of the name, Enter', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'police')
  const phone = await openPhone(browser, xunfang, 'police', place)
  await phone.getByRole('button', { name: '签到', exact: true }).tap()
  await phone.getByRole('button', { name: '同意', exact: true }).tap()
  const name = '演示民警'
  await expect(phone.getByText(name).first()).toBeVisible()
  const desk = await openDesk(browser, xunfang)
  await desk.keyboard.press('/')
  await desk.keyboard.type(name.slice(0, 3))
  await expect(desk.getByRole('option', { name: new RegExp(name) })).toBeVisible(SEEN_WITHIN)
  await desk.keyboard.press('Enter')
  const found = desk.getByRole('complementary', { name: '详情' })
  await expect(found.getByRole('heading', { name })).toBeVisible(SEEN_WITHIN)
})
