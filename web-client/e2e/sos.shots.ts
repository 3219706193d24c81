/** Pictures of a call for help that nobody took in time, for people to look at; the folder is
 *  `SHOTS`. */
import { test } from '@playwright/test'
import { closeAll, PHONE } from './people'
import { untaken } from './untaken'
import { shoot } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('a call that nobody took', async ({ browser }) => {
  const { caller, desk, police } = await untaken(browser, xunfang)
  await shoot(police, 'sos-untaken-police-390')
  await shoot(caller, 'sos-untaken-caller-390')
  const list = desk.getByRole('region', { name: '事件列表' })
  await list
    .getByRole('button', { name: /一键求助/ })
    .first()
    .click()
  await shoot(desk, 'sos-untaken-desk-1440')
  await desk.setViewportSize(PHONE)
  await shoot(desk, 'sos-untaken-desk-390')
})
