/** A phone on the network: it scans a code from the terminal, and patrols over TLS. */
import { expect, test } from '@playwright/test'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--lan=127.0.0.1:0', '--quiet-demo')))
test.afterAll(() => xunfang.stop())
test.use({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 } })

/** The newest link of this kind in the terminal. */
const link = (kind: 'phone' | 'desk') =>
  [...xunfang.said().matchAll(new RegExp(`${kind} .*(https://\\S+/pair#\\S+)`, 'g'))].at(-1)?.[1] ??
  ''

test('a scanned code signs a phone in once, and a typed one a desk', async ({ page, browser }) => {
  await expect.poll(() => link('phone')).toMatch(/^https:/)
  const [phone, desk] = [link('phone'), link('desk')]
  await page.goto(phone)
  await expect(page.getByRole('button', { name: '签到' })).toBeVisible({ timeout: 20_000 })
  expect(page.url()).not.toContain('#')
  await expect.poll(() => link('phone'), 'a new code is printed').not.toBe(phone)

  const other = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'zh-CN' })
  const second = await other.newPage()
  await second.goto(phone)
  await expect(second.getByText('配对码不对、已用过或已过期')).toBeVisible()
  await second.goto(new URL('/desk', desk).href)
  await expect(second).toHaveURL(/\/pair$/)
  await second
    .getByRole('textbox', { name: '配对码' })
    .fill(desk.split('#')[1]?.toLowerCase() ?? '')
  await second.getByRole('button', { name: '登录' }).click()
  await expect(second).toHaveURL(/\/desk$/)
  await other.close()
})
