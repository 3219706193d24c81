/** 一键求助: held for three seconds it reaches the desk, is acknowledged by name, and taken back. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, command, openDesk, openPhone, ownPlace, PHONE, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** A little more than the hold itself. */
const HELD_MS = 3_400

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const button = (phone: Page) => phone.getByRole('button', { name: '一键求助' })
const panel = (phone: Page) => phone.getByRole('region', { name: '一键求助', exact: true })

/** Holds a finger or a key on the button for so long. */
async function hold(phone: Page, key: string | null, for_ms: number): Promise<void> {
  await expect(button(phone)).toBeEnabled()
  if (key === null) {
    await button(phone).hover()
    await phone.mouse.down()
  } else {
    await button(phone).focus()
    await phone.keyboard.down(key)
  }
  await phone.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), for_ms)
  if (key === null) await phone.mouse.up()
  else await phone.keyboard.up(key)
}

/** The incident of the call that this phone sent, as its outbox has it. */
function sent(phone: Page): Promise<string> {
  return phone.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const opening = indexedDB.open('xunfang')
        opening.onsuccess = () => {
          const reading = opening.result.transaction('done').objectStore('done').getAll()
          reading.onsuccess = () => {
            const items = reading.result as { request: { type: string; incident: string } }[]
            resolve(items.find(({ request }) => request.type === 'sos')?.request.incident ?? '')
          }
        }
      }),
  )
}

test('held, sent, acknowledged by name, taken back in two steps', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await expect(phone.getByText('紧急危险请先拨打110')).toBeVisible()

  await hold(phone, null, 1_000)
  await expect(phone.getByText('提前松开，已取消，没有发出。')).toBeVisible()
  await expect(panel(phone)).toBeHidden()

  await hold(phone, 'Enter', HELD_MS)
  await expect(panel(phone).getByText(/已发出 \d\d:\d\d，等待指挥台确认/)).toBeVisible()
  const row = desk
    .getByRole('region', { name: '事件列表' })
    .getByRole('button', { name: /一键求助/ })
  await expect(row.first()).toBeVisible()

  const incident = await sent(phone)
  const accept = { step: 'accept', level: '1', grid: null }
  await command(desk, { type: 'move_incident', incident, move: accept })
  await expect(panel(phone).getByText(/值班员 .+ 已确认 \d\d:\d\d/)).toBeVisible()

  await panel(phone).getByRole('button', { name: '撤回求助' }).tap()
  const sheet = phone.getByRole('dialog', { name: '撤回求助' })
  await sheet.getByRole('button', { name: '确认撤回' }).tap()
  await expect(sheet.getByText('请先填写')).toBeVisible()
  await sheet.getByLabel(/撤回原因/).fill('误按')
  await sheet.getByRole('button', { name: '确认撤回' }).tap()
  await expect(panel(phone).getByText('你已撤回，等待指挥台核实结束。')).toBeVisible()
})

test('without a position and without holding: two steps, and the place in words', async ({
  browser,
}) => {
  const phone = await openPhone(browser, xunfang, 'volunteer', null)
  // As a screen reader activates it: a click without a press.
  await button(phone).evaluate((one) => (one as HTMLElement).click())
  await phone.getByRole('dialog').getByRole('button', { name: '发出求助' }).tap()
  await expect(panel(phone).getByText('等待指挥台确认')).toBeVisible()
  await panel(phone).getByRole('button', { name: '告诉指挥台我在哪' }).tap()
  await phone.getByRole('button', { name: '按网格选择' }).tap()
  await phone.getByRole('dialog', { name: '选择网格' }).getByRole('listitem').first().tap()
  await expect(panel(phone).getByText(/^我在：/)).toBeVisible()
})

test('a call without a link goes out by itself, and survives a reload', async ({ browser }) => {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true })
  const phone = await context.newPage()
  let cut = true
  await phone.routeWebSocket(/\/ws$/, (socket) => {
    if (cut) void socket.close({ code: 4000 })
    else socket.connectToServer()
  })
  await signIn(phone, xunfang, 'police')
  await expect(phone.getByText(/^离线 · \d\d:\d\d 起/)).toBeVisible()
  await hold(phone, ' ', HELD_MS)
  await expect(panel(phone).getByText('将在联网后自动发送')).toBeVisible()
  await expect(phone.getByText(/^离线 · 1 条待发送/)).toBeVisible()
  await phone.reload()
  await expect(panel(phone).getByText('将在联网后自动发送')).toBeVisible()
  cut = false
  await expect(panel(phone).getByText('等待指挥台确认')).toBeVisible()
})
