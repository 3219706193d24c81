/** Two dispatchers at once: one wins, the other is told who did. */
import { expect, test } from '@playwright/test'
import { closeAll, openDesk, openPhone, ownPlace } from './people'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('the one who is late reads who was first and what is legal now', async ({ browser }) => {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const [first, second] = [await openDesk(browser, xunfang), await openDesk(browser, xunfang)]
  const guard = await openPhone(browser, xunfang, 'guard', place)
  await guard.getByRole('link', { name: '上报' }).tap()
  await guard.getByRole('button', { name: '门未锁' }).tap()
  await guard.getByRole('button', { name: '提交' }).tap()

  for (const desk of [first, second]) {
    await desk
      .getByRole('button', { name: /门未锁.*待受理/ })
      .first()
      .click()
    await expect(desk.getByRole('button', { name: '三级', exact: true })).toBeEnabled()
  }

  // The second desk's screen is held still, as a slow link would hold it, while the first acts.
  const late = second.getByRole('button', { name: '三级', exact: true })
  const box = await late.boundingBox()
  await second.evaluate(() => {
    const { send } = WebSocket.prototype
    const held: (() => void)[] = []
    WebSocket.prototype.send = function (data) {
      held.push(() => send.call(this, data))
    }
    Object.assign(window, { release: () => held.splice(0).forEach((go) => go()) })
  })
  await second.mouse.click((box?.x ?? 0) + 10, (box?.y ?? 0) + 10)
  await first.getByRole('button', { name: '四级', exact: true }).click()
  await expect(first.getByRole('article').getByText('已受理').first()).toBeVisible()
  await second.evaluate(() => (window as unknown as { release: () => void }).release())

  const alert = second.getByRole('alert')
  await expect(alert).toContainText('先处理了')
  await expect(alert).toContainText('派单')
})
