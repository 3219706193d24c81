/** The duty chief keeps a replayed track from the purge, and gives it back; the desk's others can't. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, DESK, openDesk, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** Moves the edge of what was purged into the window that is replayed. */
const purge = (page: Page) =>
  page.route('**/track-views/*', async (route) => {
    const response = await route.fetch()
    const read = (await response.json()) as { view: { from_ms: number } }
    await route.fulfill({ response, json: { ...read, kept_since_ms: read.view.from_ms + 60_000 } })
  })

/** Replays somebody's last hours; whose they are. */
async function replay(desk: Page): Promise<string> {
  await desk.getByRole('tab', { name: '人员' }).click()
  await desk.getByRole('region', { name: '在岗人员' }).getByRole('button').nth(3).click()
  const name = await desk.getByRole('complementary').getByRole('heading').first().innerText()
  await desk.getByRole('button', { name: '回放轨迹' }).click()
  await desk.getByLabel('为什么要看').fill('核对巡逻路线')
  await desk.getByRole('button', { name: '开始回放' }).click()
  await expect(desk.getByRole('slider', { name: '回放时间' })).toBeVisible()
  return name
}

test('a track is held for a reason, listed, and released for another', async ({ browser }) => {
  const context = await browser.newContext({ viewport: DESK })
  const desk = await context.newPage()
  await purge(desk)
  await signIn(desk, xunfang, 'chief')
  const name = await replay(desk)
  await expect(desk.getByText('以前的轨迹已满 30 天')).toBeVisible()

  const bar = desk.getByRole('region', { name: '回放', exact: true })
  await bar.getByRole('button', { name: '保全', exact: true }).click()
  const confirm = bar.getByRole('button', { name: '保全', exact: true })
  await expect(confirm).toBeDisabled()
  await bar.getByLabel('为什么要保全').fill('群众投诉，需要核查')
  await confirm.click()
  await expect(bar.getByText('已保全 1 人')).toBeVisible()

  await bar.getByRole('button', { name: '保全清单' }).click()
  const list = desk.getByRole('dialog', { name: '轨迹保全' })
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await expect(list.getByRole('listitem')).toContainText(name)
  await expect(list.getByRole('listitem')).toContainText('群众投诉，需要核查')
  await list.getByRole('button', { name: '解除' }).click()
  await list.getByLabel('为什么要解除').fill('核查已结束')
  await list.getByRole('button', { name: '解除' }).click()
  await expect(list.getByText('现在没有保全中的轨迹。')).toBeVisible()
})

test('a dispatcher who is no police is offered no hold', async ({ browser }) => {
  const desk = await openDesk(browser, xunfang)
  await replay(desk)
  await expect(desk.getByText('以前的轨迹已满 30 天')).toBeHidden()
  await expect(desk.getByRole('button', { name: /保全/ })).toHaveCount(0)
})
