/** Pictures of accounts for people to look at; the folder is `SHOTS`. Nothing is asserted of them. */
import { expect, test } from '@playwright/test'
import { closeAll, DESK, PHONE, signIn } from './people'
import { shoot } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('accounts', async ({ browser }) => {
  const admin = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(admin, xunfang, 'admin')
  await admin.getByRole('button', { name: '账号', exact: true }).click()
  await expect(admin.getByRole('row').nth(1)).toBeVisible()
  await shoot(admin, 'accounts')
  await admin.getByRole('searchbox').fill('演示')
  await admin.getByRole('button', { name: '管理 演示保安' }).click()
  await shoot(admin, 'accounts-seat')
  await admin.getByRole('button', { name: '重置密码' }).click()
  await admin.getByRole('button', { name: '确认', exact: true }).click()
  await expect(admin.locator('[data-one-time]')).toBeVisible()
  await shoot(admin, 'accounts-dialog')
})

test('own', async ({ browser }) => {
  const phone = await (await browser.newContext({ viewport: PHONE })).newPage()
  await signIn(phone, xunfang, 'volunteer')
  await expect(phone).toHaveURL(/\/patrol$/)
  await phone.goto(`${xunfang.url}/account`)
  await expect(phone.getByText('本机')).toBeVisible()
  await shoot(phone, 'own-phone')
  const desk = await (await browser.newContext({ viewport: DESK })).newPage()
  await desk.clock.install()
  await signIn(desk, xunfang, 'dispatch')
  await expect(desk).toHaveURL(/\/desk$/)
  await desk.clock.fastForward('14:05')
  await expect(desk.getByRole('dialog', { name: '还在吗？' })).toBeVisible()
  await shoot(desk, 'idle')
  await desk.clock.fastForward('01:05')
  await expect(desk).toHaveURL(/why=idle/)
  await shoot(desk, 'idle-ended')
})
