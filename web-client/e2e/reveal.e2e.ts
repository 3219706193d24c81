/** A caller's name and phone: masked, shown for a reason that the audit keeps, in no frame. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, DESK, openDesk, openPhone, ownPlace, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const CALLER = { name: '张甲乙', phone: '10000099001' }
const MASKED = { name: '张**', phone: '100****9001' }
const REASON = '回拨核对井盖的位置'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** Keeps what the page's sockets hold from now on; it opens a new one for that. */
async function listen(page: Page): Promise<string[]> {
  const frames: string[] = []
  page.on('websocket', (socket) => {
    const keep = ({ payload }: { payload: string | Buffer }) => frames.push(payload.toString())
    socket.on('framereceived', keep)
    socket.on('framesent', keep)
  })
  await page.reload()
  await expect(page.getByText('实时').first()).toBeVisible()
  return frames
}

/** What the server answers this page's session about the parties of an incident. */
const statuses = (page: Page, incident: string) =>
  page.evaluate(async (id) => {
    const parties = `/api/incidents/${id}/parties`
    const body = JSON.stringify({ reason: 'x' })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    const asked = [fetch(parties), fetch(`${parties}/any/reveal`, init)]
    return (await Promise.all(asked)).map(({ status }) => status)
  }, incident)

test('a caller is masked, revealed for a reason, audited, and told to no phone', async ({
  browser,
}) => {
  const own = await ownPlace(browser, xunfang, 'guard')
  const guard = await openPhone(browser, xunfang, 'guard', own.place)
  await guard.getByRole('button', { name: '签到' }).tap()
  await guard.getByRole('button', { name: '不同意，用手动打卡' }).tap()
  await expect(guard.getByText(/起在岗/)).toBeVisible()
  const desk = await openDesk(browser, xunfang)
  const frames = { desk: await listen(desk), guard: await listen(guard) }

  await desk.getByRole('button', { name: '热线录入' }).press('Enter')
  const dialog = desk.getByRole('dialog', { name: '热线录入' })
  await dialog.getByLabel('类别').selectOption({ label: '路灯井盖' })
  await dialog.getByLabel('姓名', { exact: true }).fill(CALLER.name)
  await dialog.getByLabel('电话', { exact: true }).fill(CALLER.phone)
  await dialog.getByRole('button', { name: '录入', exact: true }).click()
  const said = await desk.getByText(/已录入，编号/).innerText()
  const number = /YX-\d{8}-\d{4}/.exec(said)?.[0] ?? ''

  await desk.getByRole('button', { name: /路灯井盖.*待受理/ }).click()
  const detail = desk.getByRole('article', { name: number })
  const parties = detail.getByRole('region', { name: '涉事人员' })
  await expect(parties.getByRole('listitem')).toContainText(MASKED.name)
  await expect(parties.getByRole('listitem')).toContainText(MASKED.phone)
  expect(await desk.locator('body').innerText()).not.toContain(CALLER.phone)

  // The guard is called to it, and still learns nothing of who rang.
  await desk.getByRole('combobox', { name: '网格', exact: true }).fill(own.grid)
  await desk.getByRole('option', { name: new RegExp(own.grid) }).click()
  await detail.getByRole('button', { name: '四级', exact: true }).click()
  await detail.getByRole('listitem').filter({ hasText: own.team }).getByRole('radio').check()
  await detail.getByRole('button', { name: /^派给/ }).click()
  await guard.getByRole('link', { name: new RegExp(number) }).tap()
  await expect(guard.getByRole('button', { name: '接单', exact: true })).toBeVisible()

  await parties.getByRole('button', { name: '查看' }).click()
  const show = parties.locator('form').getByRole('button', { name: '查看' })
  await expect(show).toBeDisabled()
  await parties.getByLabel(/为什么要看/).fill(REASON)
  await show.click()
  await expect(parties.getByText(CALLER.name)).toBeVisible()
  await expect(parties.getByRole('link', { name: CALLER.phone })).toBeVisible()

  const incident = new URL(guard.url()).pathname.split('/').at(-1) ?? ''
  expect(await statuses(guard, incident)).toEqual([403, 403])
  const onPhone = await guard.locator('body').innerText()
  for (const hidden of [CALLER.name, CALLER.phone, MASKED.name, MASKED.phone])
    expect(onPhone).not.toContain(hidden)

  await parties.getByRole('button', { name: '隐藏' }).click()
  await expect(parties.getByText(MASKED.phone)).toBeVisible()
  for (const heard of Object.values(frames)) {
    expect(heard.filter((frame) => frame.includes(number))).not.toEqual([])
    for (const hidden of [CALLER.name, CALLER.phone, MASKED.phone, REASON])
      expect(heard.filter((frame) => frame.includes(hidden))).toEqual([])
  }

  const auditor = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(auditor, xunfang, 'audit')
  await expect(auditor).toHaveURL(/\/admin$/)
  const tabs = auditor.getByRole('navigation').getByRole('button')
  await expect(tabs).toHaveText(['审计'])
  const record = auditor.getByRole('row').filter({ hasText: REASON })
  await expect(record).toContainText('演示调度员')
  await expect(record).toContainText('查看涉事人员')
  await expect(record).toContainText(incident)
  expect(await auditor.locator('body').innerText()).not.toContain(CALLER.phone)
})
