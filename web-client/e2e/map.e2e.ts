/** What a dispatcher does on the map, by the keyboard and by what is written there. */
import { expect, test, type Page } from '@playwright/test'
import { closeAll, openDesk, openPhone, ownPlace, unitOnMap } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const SEEN_WITHIN = { timeout: 30_000 }
const READ_AGAIN_WITHIN = { timeout: 60_000 }
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang('--quiet-demo')))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

const search = (desk: Page) => desk.getByRole('combobox', { name: /在地图上查找/ })

async function find(desk: Page, what: string): Promise<void> {
  await desk.keyboard.press('/')
  await expect(search(desk)).toBeFocused()
  await desk.keyboard.type(what)
}

test('where is somebody, who is around, where were they', async ({ browser }) => {
  const { member, place } = await ownPlace(browser, xunfang, 'guard')
  const guard = await openPhone(browser, xunfang, 'guard', place)
  await guard.getByRole('button', { name: '签到' }).tap()
  await guard.getByRole('button', { name: '同意', exact: true }).tap()
  await expect(guard.getByText('定位中')).toBeVisible()
  await guard.context().setGeolocation({ latitude: place.lat, longitude: place.lng })
  const name = await guard.evaluate(async () => {
    const session = (await (await fetch('/api/session')).json()) as { member: { name: string } }
    return session.member.name
  })

  const desk = await openDesk(browser, xunfang)
  // The map goes to whoever is located; the others are found too, and it stays where it is.
  await expect.poll(() => unitOnMap(desk, member), SEEN_WITHIN).not.toBeNull()
  await find(desk, name)
  const hit = desk.getByRole('option', { name }).first()
  await expect(hit).toHaveAttribute('aria-selected', 'true')
  await desk.keyboard.press('Enter')
  await expect(desk.getByRole('heading', { name })).toBeVisible()
  await expect.poll(() => unitOnMap(desk, member), SEEN_WITHIN).not.toBeNull()

  // The circle is drawn around the middle of the map, so the map must have arrived.
  const away = () =>
    desk.evaluate(({ lng, lat }) => {
      const middle = window.__xunfangMap?.getCenter()
      return middle ? Math.hypot(middle.lng - lng, middle.lat - lat) : Infinity
    }, place)
  await expect.poll(away, SEEN_WITHIN).toBeLessThan(0.001)
  await desk.getByRole('button', { name: '画圈' }).press('Enter')
  const circle = desk.getByRole('region', { name: '画圈' })
  await circle.getByLabel('半径（米）').fill('300')
  await circle.getByLabel('半径（米）').press('Enter')
  await expect(circle.getByText(/^圈内在岗 [1-9]\d* 人$/)).toBeVisible()
  await expect(circle.getByRole('button', { name: new RegExp(name) }).first()).toBeVisible()
  await circle.press('Escape')
  await expect(circle).toBeHidden()

  await desk.getByRole('button', { name: '回放轨迹' }).press('Enter')
  const dialog = desk.getByRole('dialog', { name: new RegExp(`回放.*${name}`) })
  await expect(dialog.getByRole('button', { name: '开始回放' })).toBeDisabled()
  await dialog.getByLabel('为什么要看').fill('核对巡逻路线')
  await dialog.getByRole('button', { name: '开始回放' }).press('Enter')
  await expect(
    desk.getByText(/^回放 (\d\d-\d\d )?\d\d:\d\d–(\d\d-\d\d )?\d\d:\d\d · 非实时$/),
  ).toBeVisible(SEEN_WITHIN)
  const slider = desk.getByRole('slider', { name: '回放时间' })
  await slider.press('End')
  await expect
    .poll(() =>
      desk.evaluate(
        () => window.__xunfangMap?.queryRenderedFeatures({ layers: ['replay-units'] }).length,
      ),
    )
    .toBe(1)
  const end = await slider.getAttribute('aria-valuetext')
  await slider.press('ArrowLeft')
  await expect(slider).not.toHaveAttribute('aria-valuetext', end ?? '')
  await desk.getByRole('button', { name: '返回实时' }).press('Enter')
  await expect.poll(() => unitOnMap(desk, member), SEEN_WITHIN).not.toBeNull()
})

test('finds coordinates, says when it finds nothing, and remembers layers', async ({ browser }) => {
  const desk = await openDesk(browser, xunfang)
  await find(desk, '没有这个人')
  await expect(desk.getByText('没有找到“没有这个人”')).toBeVisible()
  await search(desk).press('Escape')
  await search(desk).press('Escape')
  await expect(search(desk)).toHaveValue('')
  await search(desk).fill('30.96,113.23')
  await expect(desk.getByRole('option', { name: /30\.96, 113\.23/ })).toBeVisible()
  await search(desk).press('Enter')
  const middle = () =>
    desk.evaluate(() => {
      const { lng, lat } = window.__xunfangMap?.getCenter() ?? { lng: 0, lat: 0 }
      return `${lat.toFixed(2)} ${lng.toFixed(2)}`
    })
  await expect.poll(middle).toBe('30.96 113.23')

  const drawn = () => desk.evaluate(() => window.__xunfangMap?.getLayer('grid-fill') !== undefined)
  await desk.getByRole('button', { name: '图层' }).press('Enter')
  await desk.getByRole('checkbox', { name: '微网格' }).press('Space')
  expect(await drawn()).toBe(false)
  await desk.reload()
  const layers = desk.getByRole('button', { name: '图层（1 个已关闭）' })
  await expect(layers).toBeVisible(READ_AGAIN_WITHIN)
  await layers.press('Enter')
  expect(await drawn()).toBe(false)
  await desk.getByRole('button', { name: '全部显示' }).press('Enter')
  expect(await drawn()).toBe(true)
})
