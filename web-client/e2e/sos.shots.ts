/** Pictures of a call for help that nobody took in time, for people to look at; the folder is
 *  `SHOTS`. */
import { expect, test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { closeAll, openDesk, openPhone, ownPlace } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const folder = process.env.SHOTS ?? 'test-results/shots'
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: join(folder, `sos-${name}.png`), animations: 'disabled' })

test('a call that nobody took', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const other = await openPhone(browser, xunfang, 'police', place)
  await other.getByRole('button', { name: '签到' }).tap()
  await other.getByRole('button', { name: '同意', exact: true }).tap()
  const caller = await openPhone(browser, xunfang, 'guard', place)
  const button = caller.getByRole('button', { name: '一键求助' })
  await button.evaluate((one) => (one as HTMLElement).click())
  await caller.getByRole('dialog').getByRole('button', { name: '发出求助' }).tap()
  // The browser stamps an emulated fix when it is set, and one from before the call is refused.
  await expect(caller.getByText('等待指挥台确认')).toBeVisible()
  await caller.context().setGeolocation({ latitude: place.lat, longitude: place.lng })
  await expect(other.getByText('求助无人受理，已升级')).toBeVisible({ timeout: 60_000 })
  await expect(caller.getByText('30 秒内无人受理')).toBeVisible()
  await shoot(other, 'escalated-other-390')
  await shoot(caller, 'escalated-caller-390')
  await shoot(desk, 'escalated-desk-1440')
  await desk
    .getByRole('region', { name: '事件列表' })
    .getByRole('button', { name: /一键求助/ })
    .first()
    .click()
  await shoot(desk, 'escalated-desk-open-1440')
  await desk.setViewportSize({ width: 390, height: 844 })
  await shoot(desk, 'escalated-desk-390')
})
