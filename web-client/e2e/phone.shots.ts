/** Pictures of the phone for people to look at, in both languages, both lights and both sizes; the
 *  folder is `SHOTS`. Nothing is asserted of them. */
import { expect, test, type Browser, type Page } from '@playwright/test'
import en from '../src/i18n/en/patrol'
import zh from '../src/i18n/zh-CN/patrol'
import { closeAll, openPhone, ownPlace } from './people'
import { shoot } from './shots'
import { startXunfang, type Xunfang } from './xunfang'

const LARGE = { width: 390, height: 844 }
const SMALL = { width: 360, height: 640 }
let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** A phone in this language, light and size. */
async function dressed(
  browser: Browser,
  account: string,
  located: boolean,
  locale: 'zh-CN' | 'en',
  dark: boolean,
  size: { width: number; height: number },
): Promise<Page> {
  const { place } = await ownPlace(browser, xunfang, account)
  const phone = await openPhone(browser, xunfang, account, located ? place : null)
  await phone.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
  await phone.setViewportSize(size)
  await phone.evaluate((one) => localStorage.setItem('xunfang.locale', one), locale)
  await phone.reload()
  return phone
}

test('a shift, from sign-on to a call for help', async ({ browser }) => {
  const phone = await dressed(browser, 'guard', true, 'zh-CN', false, LARGE)
  await expect(phone.getByRole('button', { name: zh.signOn })).toBeEnabled()
  await shoot(phone, 'phone-off-duty')
  await phone.getByRole('button', { name: zh.settings.title }).tap()
  await shoot(phone, 'phone-settings')
  await phone.keyboard.press('Escape')
  await phone.reload()
  await phone.getByRole('button', { name: zh.signOn }).tap()
  await shoot(phone, 'phone-consent')
  await phone.getByRole('button', { name: zh.consent.agree }).tap()
  await expect(phone.getByText(zh.location.on)).toBeVisible()
  await shoot(phone, 'phone-on-duty', true)
  await phone.getByRole('link', { name: zh.report }).tap()
  await shoot(phone, 'phone-kinds')
  await phone.getByRole('button', { name: '路灯井盖' }).tap()
  await shoot(phone, 'phone-confirm')
  await phone.getByRole('button', { name: zh.confirm.submit }).tap()
  await expect(phone.getByText(/已上报/)).toBeVisible()
  await shoot(phone, 'phone-reported', true)
  await phone
    .getByRole('button', { name: zh.sos.label })
    .dispatchEvent('pointerdown', { button: 0, pointerId: 1 })
})

test('a small phone without a position, dark, in English', async ({ browser }) => {
  const phone = await dressed(browser, 'volunteer', false, 'en', true, SMALL)
  await phone.getByRole('button', { name: en.signOn }).tap()
  await shoot(phone, 'phone-en-consent')
  await phone.getByRole('button', { name: en.consent.agree }).tap()
  await expect(phone.getByText('does not allow positions')).toBeVisible()
  await shoot(phone, 'phone-en-denied', true)
  await phone.getByRole('button', { name: en.standIn.ask }).tap()
  await shoot(phone, 'phone-en-stand-in')
  await phone.getByRole('button', { name: en.standIn.byGrid }).tap()
  await shoot(phone, 'phone-en-grid')
  await phone
    .getByRole('dialog', { name: en.confirm.gridTitle })
    .getByRole('listitem')
    .first()
    .tap()
  await phone.getByRole('link', { name: en.report, exact: true }).tap()
  await phone.getByRole('button', { name: 'Noise' }).tap()
  await shoot(phone, 'phone-en-confirm')
  await phone.goBack()
  await phone
    .getByRole('button', { name: en.sos.label, exact: true })
    .evaluate((one) => (one as HTMLElement).click())
  await shoot(phone, 'phone-en-sos-confirm')
  await phone.getByRole('button', { name: en.sos.send }).tap()
  await expect(phone.getByRole('region', { name: en.sos.label, exact: true })).toBeVisible()
  await shoot(phone, 'phone-en-sos', true)
  await phone.getByRole('button', { name: en.sos.withdraw, exact: true }).tap()
  await shoot(phone, 'phone-en-withdraw')
})
