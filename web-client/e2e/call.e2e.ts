/** 热线录入: the desk reports for a caller who doesn't know where they are, and grades it. */
import { expect, test } from '@playwright/test'
import { closeAll, openDesk } from './people'
import { startXunfang, type Xunfang } from './xunfang'

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

test('a call without a place is entered, and the grid is asked for when it is accepted', async ({
  browser,
}) => {
  const desk = await openDesk(browser, xunfang)
  await desk.getByRole('button', { name: '热线录入' }).press('Enter')
  const dialog = desk.getByRole('dialog', { name: '热线录入' })
  await expect(dialog.getByText('紧急危险请先拨打110')).toBeVisible()
  await expect(dialog.getByRole('button', { name: '录入', exact: true })).toBeDisabled()
  await dialog.getByLabel('类别').selectOption({ label: '噪声扰民' })
  await dialog.getByRole('button', { name: '10 分钟前' }).click()
  await dialog.getByLabel('来电人说了什么').fill('工地夜里施工')
  await dialog.getByRole('button', { name: '录入', exact: true }).click()
  await expect(desk.getByText(/已录入，编号 YX-\d{8}-0001/)).toBeVisible()
  await expect(dialog).toBeHidden()

  await desk.getByRole('button', { name: /噪声扰民.*待受理/ }).click()
  const level = desk.getByRole('button', { name: '三级', exact: true })
  await expect(level).toBeDisabled()
  await desk.getByRole('combobox', { name: '网格', exact: true }).fill('420882002001-001')
  await desk.getByRole('option', { name: /420882002001-001/ }).click()
  await level.click()
  await expect(desk.getByRole('button', { name: /噪声扰民.*已受理/ })).toBeVisible()
})
