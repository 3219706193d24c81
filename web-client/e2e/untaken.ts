/** A call for help that nobody takes in time: the caller, a desk, and police on duty. */
import { expect, type Browser, type Page } from '@playwright/test'
import { openDesk, openPhone, ownPlace } from './people'
import type { Xunfang } from './xunfang'

/** Half a minute, and what the pages take. */
const TOLD = { timeout: 60_000 }

export interface Untaken {
  caller: Page
  desk: Page
  police: Page
}

/** Calls, and waits until the police are told. */
export async function untaken(browser: Browser, xunfang: Xunfang): Promise<Untaken> {
  const { place } = await ownPlace(browser, xunfang, 'guard')
  const desk = await openDesk(browser, xunfang)
  const police = await openPhone(browser, xunfang, 'police', place)
  await police.getByRole('button', { name: '签到' }).tap()
  await police.getByRole('button', { name: '同意', exact: true }).tap()
  const caller = await openPhone(browser, xunfang, 'guard', place)
  // As a screen reader activates it: a click without a press.
  const button = caller.getByRole('button', { name: '一键求助' })
  await button.evaluate((one) => (one as HTMLElement).click())
  await caller.getByRole('dialog').getByRole('button', { name: '发出求助' }).tap()
  await expect(caller.getByText('等待指挥台确认')).toBeVisible()
  // The browser stamps an emulated fix when it is set, and one from before the call is refused.
  await caller.context().setGeolocation({ latitude: place.lat, longitude: place.lng })
  await expect(police.getByText('求助无人受理，已升级')).toBeVisible(TOLD)
  return { caller, desk, police }
}
