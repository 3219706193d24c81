/** Pictures of the screens for people to look at; the folder is `SHOTS`. Nothing is asserted of them. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, openDesk, openPhone, ownPlace } from './people'
import { shoot } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** The map has drawn all that it holds, and so many units among it. */
async function settled(page: Page, units = 0): Promise<void> {
  await page.waitForFunction((least) => {
    const map = window.__xunfangMap
    if (!map || map.isMoving() || !map.areTilesLoaded()) return false
    const drawn = map.queryRenderedFeatures({ layers: ['unit-marks', 'unit-clusters'] })
    return drawn.length >= least
  }, units)
}

/** Reports this from a phone that is on duty. */
async function report(phone: Page, kind: string): Promise<void> {
  await phone.getByRole('link', { name: '上报' }).click()
  await phone.getByRole('button', { name: kind }).click()
  await phone.getByRole('button', { name: '提交' }).click()
  await expect(phone.getByRole('status').filter({ hasText: '已上报' })).toBeVisible()
}

test('desk', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const phone = await openPhone(browser, xunfang, 'guard', place)
  for (const kind of ['消防通道', '路灯井盖', '飞线充电']) await report(phone, kind)
  const desk = await openDesk(browser, xunfang)
  await settled(desk, 15)
  await shoot(desk, 'desk')
  await desk
    .getByRole('region', { name: '事件列表' })
    .getByRole('listitem')
    .getByRole('button')
    .first()
    .click()
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
  await desk.getByRole('tab', { name: '人员' }).click()
  await desk.getByRole('region', { name: '在岗人员' }).getByRole('button').nth(3).click()
  await settled(desk)
  await shoot(desk, 'desk-unit')
  await desk.getByRole('tab', { name: '频道' }).click()
  await desk.setViewportSize({ width: 1280, height: 720 })
  await shoot(desk, 'desk-channel-1280')
  await desk.getByTitle('账号').click()
  await desk.getByRole('menuitem', { name: 'English' }).click()
  await desk.getByRole('tab', { name: /^Incidents/ }).click()
  await desk
    .getByRole('region', { name: 'Incidents' })
    .getByRole('listitem')
    .getByRole('button')
    .nth(2)
    .click()
  await settled(desk)
  await shoot(desk, 'desk-en-1280')
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
