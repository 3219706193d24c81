/** 打卡: at the checkpoint by position; too far away it is refused, and a reason does it by hand. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, openPhone, ownPlace, type Place } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** About 200 m of latitude: too far for a check-in, and still in sight. */
const AWAY_DEGREES = 0.002

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** Where the checkpoint stands that the phone names next. */
async function nextCheckpoint(phone: Page): Promise<Place & { name: string }> {
  const line = phone.getByText(/^下一个打卡点：/)
  await expect(line).toBeVisible()
  const name = await line.locator('strong').innerText()
  return phone.evaluate(async (wanted) => {
    const get = async (path: string) => (await fetch(path)).json()
    const { member } = await get('/api/session')
    const all = await get(`/api/districts/${member.district}/checkpoints`)
    const found = all.find((one: { name: string }) => one.name === wanted)
    return { name: wanted, ...found.point }
  }, name)
}

const standAt = (phone: Page, { lng, lat }: Place) =>
  phone.context().setGeolocation({ longitude: lng, latitude: lat, accuracy: 8 })

test('the next checkpoint by position, then one by hand', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await phone.getByRole('button', { name: '签到' }).tap()
  await phone.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(phone.getByText('定位中')).toBeVisible()

  const first = await nextCheckpoint(phone)
  await standAt(phone, first)
  await expect(phone.getByText(/^下一个打卡点：.* 0 米/)).toBeVisible()
  await phone.getByRole('button', { name: '打卡', exact: true }).tap()
  await expect(phone.getByText(`${first.name} 已打卡`)).toBeVisible()

  const second = await nextCheckpoint(phone)
  expect(second.name).not.toBe(first.name)
  await standAt(phone, { lng: second.lng, lat: second.lat - AWAY_DEGREES })
  await expect(phone.getByText(/^下一个打卡点：.* 2[0-9]0 米 北/)).toBeVisible()
  await phone.getByRole('button', { name: '打卡', exact: true }).tap()
  await expect(phone.getByText(/^离打卡点超过 50 米，没有打卡/)).toBeVisible()
  await phone.getByLabel(/^原因/).fill('道路施工，绕行')
  await phone.getByRole('button', { name: '手动打卡' }).tap()
  await expect(phone.getByText(`${second.name} 已打卡`)).toBeVisible()
  await expect(phone.getByText(/第 1\/\d 圈，本圈 2\//)).toBeVisible()
})
