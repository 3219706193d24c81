/** Consent to positions: asked for apart, withdrawn in two taps, and then nothing is sent or seen. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, lookAt, openDesk, openPhone, ownPlace, unitOnMap } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** Longer than the phone's heartbeat, so that a fix would have been sent. */
const SILENT_MS = 20_000

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** Counts the position messages that a page sends from now on. */
async function countFixes(phone: Page): Promise<() => Promise<number>> {
  await phone.evaluate(() => {
    Object.assign(window, { fixes: 0 })
    const page = window as unknown as { fixes: number }
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (data) {
      if (typeof data === 'string' && data.includes('"type":"position"')) page.fixes += 1
      send.call(this, data)
    }
  })
  return () => phone.evaluate(() => (window as unknown as { fixes: number }).fixes)
}

test('agreed, seen, withdrawn in the middle of the shift, gone', async ({ browser }) => {
  test.setTimeout(120_000)
  const { member, place } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await phone.getByRole('button', { name: '签到' }).tap()
  const sheet = phone.getByRole('dialog', { name: '定位授权' })
  await expect(sheet.getByText('原始轨迹保存 30 天', { exact: false })).toBeVisible()
  await expect(sheet.getByRole('button', { name: '不同意，用手动打卡' })).toBeVisible()
  await sheet.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(phone.getByText('定位中')).toBeVisible()
  // An emulated fix keeps the time at which it was set.
  await phone.context().setGeolocation({ latitude: place.lat, longitude: place.lng, accuracy: 8 })
  await lookAt(desk, place)
  await expect.poll(() => unitOnMap(desk, member), { timeout: 20_000 }).not.toBeNull()

  await phone.getByRole('button', { name: '设置' }).tap()
  await phone.getByRole('link', { name: '定位授权' }).tap()
  await expect(phone.getByText(/已同意，.+ 起/)).toBeVisible()
  await phone.getByRole('button', { name: '撤回授权' }).tap()
  await phone.getByRole('button', { name: '确认撤回' }).tap()
  await expect(phone.getByText(/已撤回，/)).toBeVisible()
  const fixes = await countFixes(phone)
  await expect.poll(() => unitOnMap(desk, member), { timeout: 10_000 }).toBeNull()
  await phone.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), SILENT_MS)
  expect(await fixes()).toBe(0)

  await phone.getByRole('link', { name: '返回' }).tap()
  await expect(phone.getByText('没有共享定位', { exact: false })).toBeVisible()
})

test('declined: on duty all the same, and nothing is sent', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'volunteer')
  const phone = await openPhone(browser, xunfang, 'grid', place)
  const fixes = await countFixes(phone)
  await phone.getByRole('button', { name: '签到' }).tap()
  await phone.getByRole('button', { name: '不同意，用手动打卡' }).tap()
  await expect(phone.getByText(/起在岗/)).toBeVisible()
  await expect(phone.getByText('没有共享定位', { exact: false })).toBeVisible()
  expect(await fixes()).toBe(0)
})

test('an SOS off duty is followed until it is over', async ({ browser }) => {
  const { member, place } = await ownPlace(browser, xunfang, 'volunteer')
  const desk = await openDesk(browser, xunfang)
  await lookAt(desk, place)
  const phone = await openPhone(browser, xunfang, 'volunteer', place)
  await phone
    .getByRole('button', { name: '一键求助' })
    .evaluate((one) => (one as HTMLElement).click())
  await phone.getByRole('dialog').getByRole('button', { name: '发出求助' }).tap()
  const panel = phone.getByRole('region', { name: '一键求助', exact: true })
  await expect(panel.getByText('求助期间持续发送你的位置', { exact: false })).toBeVisible()
  // An emulated fix keeps the time at which it was set.
  await phone.context().setGeolocation({ latitude: place.lat, longitude: place.lng, accuracy: 8 })
  await expect.poll(() => unitOnMap(desk, member), { timeout: 20_000 }).not.toBeNull()
})
