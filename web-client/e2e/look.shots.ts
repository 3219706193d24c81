/** Pictures of the screens for people to look at; the folder is `SHOTS`. Nothing is asserted of them. */
import { expect, test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { closeAll, openDesk, openPhone, ownPlace } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const folder = process.env.SHOTS ?? 'test-results/shots'
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })

/** The map has drawn all that it holds, and so many units among it. */
async function settled(page: Page, units = 0): Promise<void> {
  await page.waitForFunction((least) => {
    const map = window.__xunfangMap
    if (!map || map.isMoving() || !map.areTilesLoaded()) return false
    return map.queryRenderedFeatures({ layers: ['unit-marks'] }).length >= least
  }, units)
}

/** Reports this from a phone that is on duty. */
async function report(phone: Page, kind: string): Promise<void> {
  await phone.getByRole('link', { name: '上报' }).click()
  await phone.getByRole('button', { name: kind }).click()
  await phone.getByRole('button', { name: '提交' }).click()
  await expect(phone.getByRole('status').filter({ hasText: '已上报' })).toBeVisible()
}

test('phone', async ({ browser }) => {
  const { place, team } = await ownPlace(browser, xunfang, 'guard')
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await expect(phone.getByRole('button', { name: '签到' })).toBeEnabled()
  await shoot(phone, 'phone-off-duty')
  await phone.getByRole('button', { name: '签到' }).click()
  await expect(phone.getByRole('button', { name: '同意并签到' })).toBeVisible()
  await shoot(phone, 'phone-consent')
  await phone.getByRole('button', { name: '同意并签到' }).click()
  await expect(phone.getByText('定位中')).toBeVisible()
  await shoot(phone, 'phone-on-duty')
  await phone.getByRole('link', { name: '上报' }).click()
  await shoot(phone, 'phone-kinds')
  await phone.getByRole('button', { name: '路灯井盖' }).click()
  await expect(phone.getByRole('button', { name: '提交' })).toBeEnabled()
  await shoot(phone, 'phone-confirm')
  await phone.getByRole('button', { name: '提交' }).click()
  await expect(phone.getByRole('status').filter({ hasText: '已上报' })).toBeVisible()
  await shoot(phone, 'phone-reported')
  await phone.getByRole('link', { name: /^查看/ }).first().click()
  await expect(phone.getByRole('list', { name: '经过' })).toBeVisible()
  await shoot(phone, 'phone-task')

  const desk = await openDesk(browser, xunfang)
  await desk
    .getByRole('button', { name: /路灯井盖.*待受理/ })
    .first()
    .click()
  await desk.getByRole('button', { name: '四级', exact: true }).click()
  await desk.getByRole('listitem').filter({ hasText: team }).getByRole('radio').check()
  await shoot(desk, 'desk-dispatch-own')
  await desk.getByRole('button', { name: /^派给/ }).click()
  await expect(phone.getByRole('button', { name: '接单' })).toBeVisible()
  await shoot(phone, 'phone-task-called')
  for (const step of ['接单', '出发', '到场'])
    await phone.getByRole('button', { name: step, exact: true }).tap()
  await phone.getByLabel('做了什么，现场怎样').fill('已放警示桩，联系路灯班')
  await phone.getByRole('button', { name: '记录处置' }).tap()
  await expect(phone.getByLabel('处理结果')).toBeVisible()
  await phone.screenshot({ path: join(folder, 'phone-task-handling.png'), fullPage: true })
})

// After the phone's, whose guard is still on duty.
test('desk', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const phone = await openPhone(browser, xunfang, 'guard', place)
  for (const kind of ['消防通道', '路灯井盖', '飞线充电']) await report(phone, kind)
  const desk = await openDesk(browser, xunfang)
  await settled(desk, 20)
  await shoot(desk, 'desk')
  await desk.getByRole('region', { name: '事件列表' }).getByRole('button').first().click()
  await settled(desk)
  await shoot(desk, 'desk-incident')
  await desk.getByRole('button', { name: '四级', exact: true }).click()
  await expect(desk.getByRole('radio').first()).toBeVisible()
  await desk.getByRole('radio').first().check()
  await shoot(desk, 'desk-dispatch')
  await desk.getByRole('button', { name: '更多' }).click()
  await shoot(desk, 'desk-more')
  await desk.getByRole('menuitem', { name: '挂起' }).click()
  await shoot(desk, 'desk-suspend')
  await desk.getByRole('button', { name: '取消' }).click()
  await desk.getByRole('button', { name: '热线录入' }).click()
  await expect(desk.getByRole('dialog', { name: '热线录入' })).toBeVisible()
  await shoot(desk, 'desk-call')
  await desk.getByRole('button', { name: '取消' }).click()
  await desk.getByRole('button', { name: '人员', exact: true }).click()
  await desk.getByRole('region', { name: '在岗人员' }).getByRole('button').nth(3).click()
  await settled(desk)
  await shoot(desk, 'desk-unit')
  await desk.getByRole('button', { name: '频道', exact: true }).click()
  await desk.setViewportSize({ width: 1280, height: 720 })
  await shoot(desk, 'desk-channel-1280')
  await desk.getByRole('button', { name: 'English' }).click()
  await desk.getByRole('button', { name: /^Incidents/ }).click()
  await desk.getByRole('region', { name: 'Incidents' }).getByRole('button').nth(2).click()
  await settled(desk)
  await shoot(desk, 'desk-en-1280')
})

test('phone without a position, small, dark, in English', async ({ browser }) => {
  const phone = await openPhone(browser, xunfang, 'volunteer', null)
  await phone.emulateMedia({ colorScheme: 'dark' })
  await phone.setViewportSize({ width: 360, height: 640 })
  await phone.getByRole('button', { name: 'English' }).click()
  await phone.getByRole('button', { name: 'Sign on' }).click()
  await phone.getByRole('button', { name: 'Agree and sign on' }).click()
  await expect(phone.getByText('does not allow positions')).toBeVisible()
  await shoot(phone, 'phone-denied-en-360')
  await phone.getByRole('link', { name: 'Report' }).click()
  await phone.getByRole('button', { name: 'Noise' }).click()
  await shoot(phone, 'phone-confirm-denied-en-360')
  await phone.getByRole('button', { name: 'Choose a grid' }).click()
  await expect(phone.getByRole('dialog', { name: 'Choose a grid' })).toBeVisible()
  await shoot(phone, 'phone-grid-en-360')
})

test('sign in', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(`${xunfang.url}/`)
  await page.getByLabel('账号').fill('guard')
  await page.getByLabel('密码').fill('wrong-password-1')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('账号或密码不对')
  await shoot(page, 'sign-in')
})
