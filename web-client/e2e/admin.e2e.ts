/** `/admin`: people with a bad row, stations with turned coordinates, and who is let in. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import { closeAll, DESK, PHONE, signIn } from './people'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

async function openAdmin(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: DESK, acceptDownloads: true })
  const page = await context.newPage()
  await signIn(page, xunfang, 'admin')
  await expect(page).toHaveURL(/\/admin$/)
  await expect(page.getByRole('region', { name: '人员' }).getByRole('row').nth(1)).toBeVisible()
  return page
}

const give = (page: Page, name: string, text: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })

/** The organisation of a member who may sign in, and places inside three micro-grids. */
const ground = (page: Page) =>
  page.evaluate(async () => {
    const get = async (path: string) => (await fetch(path)).json()
    const { member } = await get('/api/session')
    const district = `/api/districts/${member.district}`
    const organisations = await get(`${district}/organisations`)
    const { features } = await get(`${district}/grids`)
    type Grid = { geometry: { type: string; coordinates: number[][][] | number[][][][] } }
    const places = features.slice(0, 3).map(({ geometry }: Grid) => {
      const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates[0]
      const corners = ((rings as number[][][])[0] ?? []).slice(1)
      const mean = (axis: number) =>
        corners.reduce((sum, one) => sum + (one[axis] ?? 0), 0) / corners.length
      return [mean(0), mean(1)]
    })
    return {
      org: organisations.find((one: { kind: string }) => one.kind === 'community').name as string,
      places: places as [number, number][],
    }
  })

test('members come in from a file, and the row that is wrong is named and left out', async ({
  browser,
}) => {
  const page = await openAdmin(browser)
  const { org } = await ground(page)
  await page.getByRole('button', { name: '导入…' }).click()
  const rows = [`导入甲,${org},热心群众`, '导入乙,没有的单位,热心群众', `导入丙,${org},热心群众`]
  await give(page, '人员.csv', `姓名,单位,力量\n${rows.join('\n')}\n`)

  const fault = page.getByRole('row').filter({ hasText: '没有叫「没有的单位」的单位' })
  await expect(fault.getByRole('cell').nth(0)).toHaveText('2')
  await expect(fault.getByRole('cell').nth(1)).toHaveText('3')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载问题清单' }).click()
  expect((await download).suggestedFilename()).toBe('人员-问题清单.csv')

  await page.getByRole('button', { name: '确认导入 2 行' }).click()
  const result = page.getByRole('status').filter({ hasText: '导入完成' })
  await expect(result).toContainText('新增2')
  await expect(result).toContainText('拒绝1')
  await page.getByRole('button', { name: '看列表' }).click()
  await page.getByRole('searchbox', { name: '按姓名查找' }).fill('导入')
  const list = page.getByRole('region', { name: '人员' })
  await expect(list.getByRole('cell', { name: '导入甲', exact: true })).toBeVisible()
  await expect(list.getByRole('cell', { name: '导入丙', exact: true })).toBeVisible()
  await expect(list.getByRole('cell', { name: '导入乙', exact: true })).toBeHidden()
})

test('stations whose coordinates are turned round are asked about before they are stored', async ({
  browser,
}) => {
  const page = await openAdmin(browser)
  const { places } = await ground(page)
  await page.getByRole('button', { name: '站点', exact: true }).click()
  await page.getByRole('button', { name: '导入…' }).click()
  const features = places.map(([lng, lat], n) => ({
    type: 'Feature',
    properties: { name: `导入警务室${n + 1}`, kind: '警务室' },
    geometry: { type: 'Point', coordinates: [lat, lng] },
  }))
  await give(page, '站点.geojson', JSON.stringify({ type: 'FeatureCollection', features }))

  const question = page.getByRole('group', { name: '坐标怎么读？' })
  await expect(question).toContainText('建议：纬度、经度写反（WGS-84），3 个点落在辖区内。')
  await expect(question.getByRole('radio', { checked: true })).toHaveCount(0)
  const commit = page.getByRole('button', { name: '确认导入 3 行' })
  await expect(commit).toBeDisabled()
  await question.getByRole('radio', { name: /纬度、经度写反（WGS-84）/ }).check()
  await expect(question).toContainText('已选：纬度、经度写反（WGS-84）')
  await page.waitForFunction(() => {
    const drawn = window.__xunfangMap?.queryRenderedFeatures({ layers: ['import-marks'] })
    return drawn !== undefined && drawn.length === 3
  })
  await commit.click()
  await expect(page.getByRole('status').filter({ hasText: '导入完成' })).toContainText('新增3')

  await page.getByRole('button', { name: '看列表' }).click()
  await page.getByRole('searchbox').fill('导入警务室')
  const [[lng, lat] = [0, 0]] = places
  const row = page.getByRole('row').filter({ hasText: '导入警务室1' })
  await expect(row).toContainText(`${lng.toFixed(5)}, ${lat.toFixed(5)}`)
})

test('a guard is sent home, and the desk learns why there is nothing for it here', async ({
  browser,
}) => {
  const phone = await (await browser.newContext({ viewport: PHONE })).newPage()
  await signIn(phone, xunfang, 'guard')
  await expect(phone).toHaveURL(/\/patrol$/)
  await phone.goto(`${xunfang.url}/admin`)
  await expect(phone).toHaveURL(/\/patrol$/)

  const desk = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(desk, xunfang, 'dispatch')
  await expect(desk).toHaveURL(/\/desk$/)
  await desk.goto(`${xunfang.url}/admin`)
  await expect(desk.getByText('你的角色（调度员）没有要在这里管理的内容')).toBeVisible()
  await desk.getByRole('main').getByRole('link', { name: '回到调度台' }).click()
  await expect(desk).toHaveURL(/\/desk$/)
})

test('the duty chief of the police brings incidents in, and says which column is what', async ({
  browser,
}) => {
  const page = await (await browser.newContext({ viewport: DESK })).newPage()
  await signIn(page, xunfang, 'chief')
  await expect(page).toHaveURL(/\/desk$/)
  await page.getByTitle('账号').click()
  await page.getByRole('menuitem', { name: '警情导入与导出' }).click()
  await expect(page).toHaveURL(/\/admin$/)
  await page.getByRole('button', { name: '导入…' }).click()
  await give(page, '历史.csv', 'nr,at,what\nA-1,2024-03-01 10:00:00,盗窃\n')
  const mapping = page.getByRole('textbox', { name: '哪一列是什么' })
  await expect(page.getByRole('button', { name: /^确认导入/ })).toBeDisabled()
  await mapping.fill(
    'time_format = "%Y-%m-%d %H:%M:%S"\n[columns]\nid = "nr"\ntime = "at"\nkind = "what"\n' +
      '[kinds]\ndefault = "criminal"\n',
  )
  await page.getByRole('button', { name: '按此重新预览' }).click()
  await page.getByRole('button', { name: '确认导入 1 行' }).click()
  await expect(page.getByRole('status').filter({ hasText: '导入完成' })).toContainText('新增1')
})
