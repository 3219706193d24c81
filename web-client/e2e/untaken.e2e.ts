/** A call for help that nobody takes for half a minute: who is told, and until when. */
import { expect, test } from '@playwright/test'
import { closeAll } from './people'
import { untaken } from './untaken'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('the desk, the police on duty and the caller are told, until somebody takes it', async ({
  browser,
}) => {
  const { caller, desk, police } = await untaken(browser, xunfang)
  const panel = caller.getByRole('region', { name: '一键求助', exact: true })
  await expect(panel.getByText('30 秒内无人受理')).toBeVisible()
  const card = desk.getByRole('listitem').filter({ hasText: '已升级：通知值班长和当班民警' })
  await expect(card.getByText('位置见地图')).toBeVisible()
  await card.getByRole('button', { name: '受理（一级）' }).click()
  await expect(panel.getByText(/值班员 .+ 已确认 \d\d:\d\d/)).toBeVisible()
  await expect(panel.getByText('30 秒内无人受理')).toBeHidden()
  await expect(police.getByText('求助无人受理，已升级')).toBeHidden()
})
