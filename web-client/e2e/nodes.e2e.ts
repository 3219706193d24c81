/** The list of nodes at `/admin`, and the desk that hears late of other nodes. */
import { expect, test } from '@playwright/test'
import { closeAll, DESK, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('the administrator sees the node that answers, and how many are connected', async ({
  browser,
}) => {
  const desk = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(desk, xunfang, 'dispatch')
  await expect(desk).toHaveURL(/\/desk$/)
  const page = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(page, xunfang, 'admin')
  await page.getByRole('button', { name: '节点', exact: true }).click()
  await expect(page.getByText('1 个节点在线')).toBeVisible()
  const row = page.getByRole('row').filter({ hasText: '（本节点）' })
  await expect(row).toContainText('在线')
  await expect(row).toContainText('单节点，无需总线')
  // It refreshes by itself: the desk is counted with the node's next sign.
  await expect(row.getByRole('cell').nth(3)).toHaveText('1', { timeout: 30_000 })
})

test('a desk says since when news of other nodes is late, until it no longer is', async ({
  browser,
}) => {
  const page = await (await browser.newContext({ viewport: DESK })).newPage()
  let say: (message: object) => void = () => undefined
  await page.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => server.send(message))
    server.onMessage((message) => socket.send(message))
    say = (message) => socket.send(JSON.stringify(message))
    say({ type: 'late', since_ms: Date.now() })
  })
  await signIn(page, xunfang, 'dispatch')
  const late = page.getByRole('status').filter({ hasText: '多节点消息延迟' })
  await expect(late).toContainText('位置暂停更新')
  say({ type: 'late', since_ms: null })
  await expect(late).toBeHidden()
})
