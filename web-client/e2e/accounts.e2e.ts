/** Accounts at the screen: the lock, the first start, being put out while a page is open. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { closeAll, DESK, openDesk, PHONE, signIn } from './people'
import { startBare, startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang
/** The demo's password of everybody that is told in the terminal. */
const FRESH = 'Wechsel-2026-Aa'

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const newPage = async (browser: Browser, viewport = DESK) =>
  (await browser.newContext({ viewport })).newPage()

async function type(page: Page, account: string, password: string): Promise<void> {
  await page.getByLabel('账号').fill(account)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

async function openAccounts(browser: Browser): Promise<Page> {
  const page = await newPage(browser)
  await signIn(page, xunfang, 'admin')
  await expect(page).toHaveURL(/\/admin$/)
  await page.getByRole('button', { name: '账号', exact: true }).click()
  return page
}

async function manage(admin: Page, name: string): Promise<void> {
  await admin.getByRole('searchbox').fill(name)
  await admin.getByRole('button', { name: `管理 ${name}` }).click()
}

const nameOf = (page: Page) =>
  page.evaluate(async () => {
    const { member } = await (await fetch('/api/session')).json()
    return member.name as string
  })

test('five wrong passwords lock, the right one too, until the administrator unlocks', async ({
  browser,
}) => {
  const known = await newPage(browser, PHONE)
  await signIn(known, xunfang, 'volunteer')
  await expect(known).toHaveURL(/\/patrol$/)
  const name = await nameOf(known)

  const page = await newPage(browser, PHONE)
  await page.goto(`${xunfang.url}/sign-in`)
  for (let n = 1; n < 5; n += 1) {
    await type(page, 'volunteer', `Falsch-${n}-2026`)
    await expect(page.getByText('账号或密码不对，没有登录。')).toBeVisible()
  }
  await type(page, 'volunteer', 'Falsch-5-2026')
  await expect(page.getByText(/输错次数太多，这个账号锁定到 .*\d\d:\d\d/)).toBeVisible()
  await type(page, 'volunteer', xunfang.password('volunteer'))
  await expect(page.getByText(/这个账号锁定到/)).toBeVisible()

  const admin = await openAccounts(browser)
  await manage(admin, name)
  await admin.getByRole('button', { name: '解除锁定' }).click()
  await expect(admin.getByText('锁定已解除。')).toBeVisible()
  await type(page, 'volunteer', xunfang.password('volunteer'))
  await expect(page).toHaveURL(/\/patrol$/)
})

test('a guard who types the address of the desk is sent home, and no data of it is asked for', async ({
  browser,
}) => {
  const page = await newPage(browser, PHONE)
  await signIn(page, xunfang, 'guard')
  await expect(page).toHaveURL(/\/patrol$/)
  for (const screen of ['desk', 'admin']) {
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${xunfang.url}/${screen}`)
    await expect(page).toHaveURL(/\/patrol$/)
    await expect(page.getByText('你的角色（巡防队员）不能打开那个页面')).toBeVisible()
    const ofDesk = /\/(members|accounts|counts|track-views)$|DeskView|AdminView|MapView/
    expect(asked.filter((path) => ofDesk.test(path))).toEqual([])
    page.removeAllListeners('request')
  }
})

test('a disabled account loses the desk within two seconds, and nothing of it stays', async ({
  browser,
}) => {
  const admin = await openAccounts(browser)
  const desk = await openDesk(browser, xunfang)
  const name = await nameOf(desk)
  await manage(admin, name)
  await admin.getByRole('button', { name: '停用账号' }).click()
  await admin.getByRole('button', { name: '确认', exact: true }).click()
  await expect(desk).toHaveURL(/\/sign-in/, { timeout: 2_000 })
  await expect(desk.getByText('你已退出登录：')).toBeVisible()
  expect(await desk.evaluate(() => window.__xunfangMap === undefined)).toBe(true)
  expect(await desk.locator('body').innerText()).not.toContain(name)
  await type(desk, 'dispatch', xunfang.password('dispatch'))
  await expect(desk.getByText('账号或密码不对，没有登录。')).toBeVisible()

  await admin.getByRole('button', { name: '启用账号' }).click()
  await expect(admin.getByText('账号已启用。')).toBeVisible()
  await type(desk, 'dispatch', xunfang.password('dispatch'))
  await expect(desk).toHaveURL(/\/desk$/)

  // Another role: what the desk had is gone, and the next sign-in opens the phone's page.
  await admin.getByLabel('角色').selectOption('patrol')
  await admin.getByRole('button', { name: '保存职责' }).click()
  await expect(desk).toHaveURL(/\/sign-in/, { timeout: 2_000 })
  await type(desk, 'dispatch', xunfang.password('dispatch'))
  await expect(desk).toHaveURL(/\/patrol$/)
  await admin.getByLabel('角色').selectOption('dispatcher')
  await admin.getByRole('button', { name: '保存职责' }).click()
  await expect(desk).toHaveURL(/\/sign-in/)
})

test('a desk that nobody touches is asked, then signed out', async ({ browser }) => {
  const page = await newPage(browser)
  await page.clock.install()
  await signIn(page, xunfang, 'chief')
  await expect(page).toHaveURL(/\/desk$/)
  await page.clock.fastForward('14:05')
  const asked = page.getByRole('dialog', { name: '还在吗？' })
  await expect(asked).toBeVisible()
  await asked.getByRole('button', { name: '继续' }).click()
  await expect(asked).toBeHidden()
  await expect(page).toHaveURL(/\/desk$/)
  await page.clock.fastForward('15:05')
  await expect(page).toHaveURL(/\/sign-in\?why=idle$/)
  await expect(page.getByText('15 分钟没有操作，已自动退出登录。')).toBeVisible()
  await page.goto(`${xunfang.url}/desk`)
  await expect(page).toHaveURL(/\/sign-in/)
})

test('a first start has one administrator, who changes the password and makes a district', async ({
  browser,
}) => {
  const bare = await startBare()
  try {
    const page = await newPage(browser)
    await page.goto(`${bare.url}/admin`)
    await expect(page).toHaveURL(/\/sign-in/)
    await type(page, 'admin', bare.password('admin'))
    await expect(page.getByRole('heading', { name: '请先修改密码' })).toBeVisible()
    await page.goto(`${bare.url}/admin`)
    await expect(page).toHaveURL(/\/account$/)
    await page.getByLabel('现在的密码').fill(bare.password('admin'))
    await page.getByLabel('新密码', { exact: true }).fill(FRESH)
    await page.getByLabel('再输一次新密码').fill(FRESH)
    await page.getByRole('button', { name: '修改密码' }).click()
    await expect(page).toHaveURL(/\/admin$/)
    await page.getByLabel('街道代码（9 位）').fill('420882002')
    await page.getByLabel('名称').fill('永兴街道')
    await page.getByLabel('事件编号前缀').fill('YX')
    await page.getByRole('button', { name: '新建', exact: true }).click()
    await expect(page.getByText('永兴街道 已新建。')).toBeVisible()
    await expect(page.getByText('还没有人员。')).toBeVisible()
    expect(await bare.again()).not.toMatch(/admin/)
  } finally {
    await bare.stop()
  }
})
