/** Two tabs of one person: what one left behind without a link, the other sends, once. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, PHONE, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

/** A little more than the button's own time. */
const HELD_MS = 3_400

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const panel = (phone: Page) => phone.getByRole('region', { name: '一键求助', exact: true })

/** Counts the calls for help that this page sends. */
function callsOf(page: Page): () => string[] {
  const calls: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const text = String(payload)
      if (text.includes('"type":"sos"')) calls.push((JSON.parse(text) as { id: string }).id)
    }),
  )
  return () => calls
}

test('a call that a closed tab left is sent by the one that is open', async ({ browser }) => {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true })
  const [first, second] = [await context.newPage(), await context.newPage()]
  await signIn(first, xunfang, 'police')
  await expect(first.getByText('紧急危险请先拨打110')).toBeVisible()
  const calls = callsOf(second)
  await second.goto(`${xunfang.url}/patrol`)
  await expect(second.getByText('紧急危险请先拨打110')).toBeVisible()
  await context.setOffline(true)
  await expect(first.getByText(/^离线/)).toBeVisible()
  const button = first.getByRole('button', { name: '一键求助' })
  await first.bringToFront()
  await button.focus()
  await first.keyboard.down('Enter')
  await first.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), HELD_MS)
  await first.keyboard.up('Enter')
  await expect(panel(first).getByText('将在联网后自动发送')).toBeVisible()
  // The other tab shows it too.
  await expect(panel(second).getByText('将在联网后自动发送')).toBeVisible()
  await first.close()
  await context.setOffline(false)
  await expect(panel(second).getByText(/已发出 \d\d:\d\d/)).toBeVisible({ timeout: 20_000 })
  expect(new Set(calls()).size).toBe(1)
})
