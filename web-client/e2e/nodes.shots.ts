/** Pictures of the list of nodes and of a desk that is told late, for people to look at; the folder
 *  is `SHOTS`. What isn't there on one node alone is put into the answers. */
import { expect, test } from '@playwright/test'
import { closeAll, DESK, signIn } from './people'
import { shootBoth } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

const HOUR_MS = 3_600_000
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const node = (id: string, others: object) => ({
  id,
  name: `xunfang-${id}`,
  address: '10.20.0.11:8080',
  version: '0.1.0',
  started_ms: Date.now() - 30 * HOUR_MS,
  silent_ms: 1_200,
  skew_ms: 12,
  sessions: 812,
  bus: 'connected',
  bus_lost_ms: null,
  lag_ms: 9,
  gone: false,
  ...others,
})

test('nodes', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage()
  await signIn(page, xunfang, 'admin')
  await page.getByRole('button', { name: '节点', exact: true }).click()
  await expect(page.getByText('（本节点）')).toBeVisible()
  await shootBoth(page, 'nodes-alone-zh')
  await page.route('**/api/nodes', (route) =>
    route.fulfill({
      json: {
        own: 'a',
        every_ms: 5_000,
        items: [
          node('a', {}),
          node('b', {
            address: '10.20.0.12:8080',
            bus: 'lost',
            bus_lost_ms: 95_000,
            lag_ms: 34_500,
            skew_ms: 4_200,
          }),
          node('c', { address: '10.20.0.13:8080', gone: true, silent_ms: 3 * HOUR_MS, lag_ms: 0 }),
        ],
      },
    }),
  )
  await expect(page.getByText('xunfang-c')).toBeVisible({ timeout: 15_000 })
  await shootBoth(page, 'nodes-three-zh')
  await page.getByRole('button', { name: 'English', exact: true }).first().click()
  await shootBoth(page, 'nodes-three-en')
})

test('a desk that is told late', async ({ browser }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => server.send(message))
    server.onMessage((message) => socket.send(message))
    socket.send(JSON.stringify({ type: 'late', since_ms: Date.now() - 60_000 }))
  })
  await signIn(page, xunfang, 'dispatch')
  await expect(page.getByText('多节点消息延迟')).toBeVisible()
  await shootBoth(page, 'nodes-late-zh')
  await page.setViewportSize(DESK)
  await page.keyboard.press('Escape')
})
