/** Pictures of personal data, consent and the audit for people to look at; the folder is `SHOTS`.
 *  Nothing is asserted of them. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { closeAll, command, DESK, openDesk, openPhone, ownPlace, PHONE, signIn } from './people'
import { shoot } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

async function inEnglish(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('xunfang.locale', 'en'))
  await page.reload()
}

test('parties at the desk', async ({ browser }) => {
  const desk = await openDesk(browser, xunfang)
  await desk.getByRole('button', { name: '热线录入' }).press('Enter')
  const dialog = desk.getByRole('dialog', { name: '热线录入' })
  await dialog.getByLabel('类别').selectOption({ label: '噪声扰民' })
  await dialog.getByLabel('姓名', { exact: true }).fill('张甲乙')
  await dialog.getByLabel('电话', { exact: true }).fill('10000099001')
  await shoot(desk, 'personal-call')
  await dialog.getByRole('button', { name: '录入', exact: true }).click()
  await desk.getByRole('button', { name: /噪声扰民.*待受理/ }).click()
  const parties = desk.getByRole('region', { name: '涉事人员' })
  await expect(parties.getByText('100****9001')).toBeVisible()
  await shoot(desk, 'personal-masked')
  await parties.getByRole('button', { name: '查看' }).click()
  await parties.getByLabel(/必填/).fill('回拨核对地点')
  await shoot(desk, 'personal-reason')
  await parties.locator('form').getByRole('button', { name: '查看' }).click()
  await expect(parties.getByText('10000099001')).toBeVisible()
  await parties.getByRole('button', { name: '登记' }).click()
  await shoot(desk, 'personal-revealed')
  await inEnglish(desk)
  await desk.getByRole('button', { name: /Noise/ }).first().click()
  const english = desk.getByRole('article').getByRole('button', { name: 'Show', exact: true })
  await english.click()
  await shoot(desk, 'personal-reason-en')
})

async function openAdmin(browser: Browser, account: string, viewport = DESK): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage()
  await signIn(page, xunfang, account)
  await expect(page).toHaveURL(/\/admin$/)
  return page
}

test('administrators', async ({ browser }) => {
  for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    const security = await openAdmin(browser, 'security', viewport)
    await expect(security.getByRole('row').nth(1)).toBeVisible()
    await shoot(security, `personal-accounts-${size}`)
    await security.getByRole('searchbox').fill('演示')
    await security.getByRole('button', { name: '管理 演示保安' }).click()
    await shoot(security, `personal-seat-${size}`)
    const audit = await openAdmin(browser, 'audit', viewport)
    await expect(audit.getByRole('row').nth(1)).toBeVisible()
    await shoot(audit, `personal-audit-${size}`)
    await inEnglish(audit)
    await expect(audit.getByRole('row').nth(1)).toBeVisible()
    await shoot(audit, `personal-audit-${size}-en`)
  }
})

test('consent and looks on the phone', async ({ browser }) => {
  const { place, member } = await ownPlace(browser, xunfang, 'guard')
  const phone = await openPhone(browser, xunfang, 'guard', place)
  await phone.getByRole('button', { name: '签到' }).tap()
  await expect(phone.getByRole('dialog', { name: '定位授权' })).toBeVisible()
  await shoot(phone, 'personal-consent-sheet')
  await phone.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(phone.getByText('定位中')).toBeVisible()
  await phone.getByRole('button', { name: '设置' }).tap()
  await shoot(phone, 'personal-settings')
  await phone.getByRole('link', { name: '定位授权' }).tap()
  await expect(phone.getByText(/已同意/)).toBeVisible()
  await shoot(phone, 'personal-consent')
  await phone.getByRole('button', { name: '撤回授权' }).tap()
  await shoot(phone, 'personal-withdraw')
  await phone.goto(`${xunfang.url}/patrol/looks`)
  await expect(phone.getByText('还没有人看过')).toBeVisible()
  await shoot(phone, 'personal-looks-empty')
  const desk = await openDesk(browser, xunfang)
  const to_ms = Date.now()
  const span = { from_ms: to_ms - 3_600_000, to_ms }
  const about = { members: [member], incident: null, reason: '核对夜班巡逻路线' }
  await command(desk, { type: 'view_track', view: crypto.randomUUID(), ...about, ...span })
  await expect(phone.getByText(/核对夜班/)).toBeVisible()
  await shoot(phone, 'personal-looks')
  await inEnglish(phone)
  await expect(phone.getByText(/核对夜班/)).toBeVisible()
  await shoot(phone, 'personal-looks-en')
  await phone.goto(`${xunfang.url}/patrol/consent`)
  await shoot(phone, 'personal-consent-en')
})
