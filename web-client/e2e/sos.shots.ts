/** Pictures of a call for help that nobody took in time, for people to look at; the folder is
 *  `SHOTS`. */
import { test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { closeAll, PHONE } from './people'
import { untaken } from './untaken'
import { startXunfang, type Xunfang } from './xunfang'

const folder = process.env.SHOTS ?? 'test-results/shots'
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: join(folder, `sos-${name}.png`), animations: 'disabled' })

test('a call that nobody took', async ({ browser }) => {
  const { caller, desk, police } = await untaken(browser, xunfang)
  await shoot(police, 'untaken-police-390')
  await shoot(caller, 'untaken-caller-390')
  const list = desk.getByRole('region', { name: '事件列表' })
  await list
    .getByRole('button', { name: /一键求助/ })
    .first()
    .click()
  await shoot(desk, 'untaken-desk-1440')
  await desk.setViewportSize(PHONE)
  await shoot(desk, 'untaken-desk-390')
})
