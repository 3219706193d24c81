/** Pictures of `/admin` for people to look at; the folder is `SHOTS`. Nothing is asserted of them. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, signIn } from './people'
import { shootBoth } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** One picture a size and language. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const [code, other] of [
    ['zh', 'English'],
    ['en', '中文'],
  ]) {
    await shootBoth(page, `admin-${name}-${code}`)
    await page.getByRole('button', { name: other, exact: true }).first().click()
  }
}

const give = (page: Page, name: string, text: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })

test('admin', async ({ browser }) => {
  test.setTimeout(240_000)
  const page = await (await browser.newContext()).newPage()
  await signIn(page, xunfang, 'admin')
  await expect(page.getByRole('region', { name: '人员' }).getByRole('row').nth(1)).toBeVisible()
  await shoot(page, 'members')
  await page.getByRole('button', { name: '导入…' }).click()
  await shoot(page, 'give')
  await give(page, '人员.csv', '姓名,单位,力量,手机\n甲,没有的单位,热心群众,1\n乙,,保安,\n')
  await expect(page.getByRole('region', { name: '逐行问题' }).first()).toBeVisible()
  await shoot(page, 'faults')
  await page.getByRole('button', { name: '取消' }).click()
  await page.getByRole('button', { name: '站点', exact: true }).click()
  await page.getByRole('button', { name: '导入…' }).click()
  const features = [0, 1, 2, 3].map((n) => ({
    type: 'Feature',
    properties: { name: `警务室${n + 1}`, kind: n === 3 ? '车站' : '警务室' },
    geometry: { type: 'Point', coordinates: [30.955 + n * 0.006, 113.22 + n * 0.005] },
  }))
  await give(page, '站点.geojson', JSON.stringify({ type: 'FeatureCollection', features }))
  await expect(page.getByRole('group', { name: '坐标怎么读？' })).toBeVisible()
  await page.waitForFunction(() => window.__xunfangMap?.areTilesLoaded() === true)
  await shoot(page, 'question')
  await page.getByRole('radio', { name: /写反（WGS-84）/ }).check()
  await page.getByRole('button', { name: /^确认导入/ }).click()
  await expect(page.getByText('导入完成')).toBeVisible()
  await shoot(page, 'result')
  await page.getByRole('button', { name: '事件', exact: true }).click()
  await shoot(page, 'barred-table')
})
