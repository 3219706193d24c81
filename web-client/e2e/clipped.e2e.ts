/**
 * Nothing on any screen is cut: every view of the router, with what opens in it, at five sizes and
 * in both languages. One page a role is opened once a language and resized.
 */
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import enCommon from '../src/i18n/en/common'
import enPatrol from '../src/i18n/en/patrol'
import enTerms from '../src/i18n/en/terms'
import zhCommon from '../src/i18n/zh-CN/common'
import zhPatrol from '../src/i18n/zh-CN/patrol'
import zhTerms from '../src/i18n/zh-CN/terms'
import { clippedTexts, smallTargets } from './clipped'
import { closeAll, command, ownPlace } from './people'
import { startXunfang, type Xunfang } from './xunfang'

const DESKS = [
  { width: 1280, height: 720 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
]
const PHONES = [
  { width: 390, height: 844 },
  { width: 360, height: 640 },
]
const EVERY = [...DESKS, ...PHONES]
const LOCALES = ['zh-CN', 'en'] as const
type Locale = (typeof LOCALES)[number]
const WORDS = {
  'zh-CN': { ...zhCommon, ...zhTerms, patrol: zhPatrol },
  en: { ...enCommon, ...enTerms, patrol: enPatrol },
}

/** The router's views, from its source: a new one must be opened below. */
const source = readFileSync(new URL('../src/router.ts', import.meta.url), 'utf8')
const ROUTES = [...source.matchAll(/name: '([\w-]+)',[^}]*?component:/gs)].map(([, name]) => name)

/** The views that are looked at below. */
const VIEWS = ['sign-in', 'pair', 'desk', 'patrol', 'report', 'task', 'consent', 'looks', 'account']
/** The admin's pages, as many as the router has. */
const ADMIN = [...source.matchAll(/path: '(\/admin[^':]*)',\s*name: '([\w-]+)'/g)].map(
  ([, path = '', name = '']) => ({ path, name }),
)

let xunfang: Xunfang

test.beforeAll(async () => (xunfang = await startXunfang()))
test.afterEach(({ browser }) => closeAll(browser))
test.afterAll(() => xunfang.stop())

/** A page of one role in one language, and what was found cut in it so far. */
class Walk {
  readonly found: string[] = []

  constructor(
    readonly page: Page,
    readonly locale: Locale,
    private readonly sizes: { width: number; height: number }[],
    /** Whether fingers use it: a console's buttons are for a mouse, at any size. */
    private readonly touch = true,
  ) {}

  get words() {
    return WORDS[this.locale]
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Looks at what is on the screen now, at every size. */
  async look(view: string, state: string): Promise<void> {
    for (const size of this.sizes) {
      await this.page.setViewportSize(size)
      await this.page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      )
      const cut = await clippedTexts(this.page)
      const small = this.touch && PHONES.includes(size) ? await smallTargets(this.page) : []
      const where = `${view}, ${state}, ${size.width}×${size.height}, ${this.locale}`
      this.found.push(...[...cut, ...small].map((what) => `${where}: ${what}`))
    }
    // A console is worked at a console's size.
    if (!this.touch && this.sizes[0]) await this.page.setViewportSize(this.sizes[0])
  }
}

/** Opens a page in this language; a stored choice is there before the client asks for it. */
async function open(
  browser: Browser,
  locale: Locale,
  touch: boolean,
  place: { lng: number; lat: number } | null,
): Promise<Walk> {
  const context = await browser.newContext({
    viewport: EVERY[0] ?? null,
    hasTouch: true,
    ...(place && {
      geolocation: { longitude: place.lng, latitude: place.lat, accuracy: 8 },
      permissions: ['geolocation'],
    }),
  })
  await context.addInitScript((one) => localStorage.setItem('xunfang.locale', one), locale)
  return new Walk(await context.newPage(), locale, EVERY, touch)
}

async function enter(walk: Walk, account: string, live = true): Promise<void> {
  const { page, words } = walk
  await page.goto(`${xunfang.url}/sign-in`)
  await page.getByLabel(words.signIn.username).fill(account)
  await page.getByLabel(words.signIn.password).fill(xunfang.password(account))
  await walk.button(words.signIn.submit).click()
  if (live) await expect(page.getByText(words.link.live, { exact: true })).toBeVisible()
  else await expect(page.locator('main')).toBeVisible()
}

const closeSheet = (walk: Walk) =>
  walk.page.getByRole('dialog').getByRole('button', { name: walk.words.close }).last().click()

for (const locale of LOCALES) {
  test(`sign-in in ${locale}`, async ({ browser }) => {
    const walk = await open(browser, locale, true, null)
    await walk.page.goto(`${xunfang.url}/sign-in?ended`)
    await expect(walk.button(walk.words.signIn.submit)).toBeVisible()
    await walk.look('sign-in', 'signed out')
    await walk.page.goto(`${xunfang.url}/pair`)
    await walk.page.getByRole('textbox').fill('7K2M-9QHA')
    await walk.look('pair', 'a code is asked for')
    expect(walk.found).toEqual([])
  })

  test(`the phone in ${locale}`, async ({ browser }) => {
    // Another person for each language: nobody signs on twice.
    const account = locale === 'en' ? 'police' : 'guard'
    const { place } = await ownPlace(browser, xunfang, account)
    const walk = await open(browser, locale, true, place)
    const { page } = walk
    const words = walk.words.patrol
    await enter(walk, account)
    await walk.look('patrol', 'off duty')
    await walk.button(words.settings.title).click()
    await walk.look('patrol', 'settings')
    await walk.button(words.settings.largeText).click()
    await walk.look('patrol', 'large text')
    await walk.button(words.settings.normalText).click()
    await closeSheet(walk)
    for (const [name, path] of [
      ['consent', '/patrol/consent'],
      ['looks', '/patrol/looks'],
      ['account', '/account'],
    ] as const) {
      await page.goto(`${xunfang.url}${path}`)
      await expect(page.getByRole('heading').first()).toBeVisible()
      await walk.look(name, 'opened')
    }
    await page.goto(`${xunfang.url}/patrol`)

    await walk.button(words.signOn).click()
    await walk.look('patrol', 'consent')
    await walk.button(words.consent.agree).click()
    await expect(page.getByText(words.location.on, { exact: true })).toBeVisible()
    await walk.look('patrol', 'on duty')

    await page.getByRole('link', { name: words.report, exact: true }).click()
    await walk.look('report', 'kinds')
    await page.locator('.tile').first().click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await walk.look('report', 'confirm')
    await walk.button(words.confirm.pickGrid).click()
    await walk.look('report', 'grids')
    await page
      .getByRole('dialog', { name: words.confirm.gridTitle })
      .getByRole('listitem')
      .first()
      .click()
    await walk.button(words.confirm.submit).click()
    await expect(page.getByRole('status').filter({ hasText: 'YX-' })).toBeVisible()
    await walk.look('patrol', 'reported')
    await page.getByRole('link', { name: /YX-/ }).first().click()
    await expect(page.getByRole('list').first()).toBeVisible()
    await walk.look('task', 'own report')
    await page.getByRole('link', { name: words.tasks.back }).click()

    await walk.button(words.signOff).click()
    await walk.look('patrol', 'sign-off')
    await closeSheet(walk)
    await walk.button(words.sos.label).evaluate((one) => (one as HTMLElement).click())
    await walk.look('patrol', 'call for help, second step')
    await walk.button(words.sos.send).click()
    const panel = page.getByRole('region', { name: words.sos.label, exact: true })
    await expect(panel).toBeVisible()
    await walk.look('patrol', 'call for help')
    await panel.getByRole('button', { name: words.sos.withdraw }).click()
    await walk.look('patrol', 'withdrawing')
    await page.getByRole('dialog').getByRole('textbox').fill('-')
    await walk.button(words.sos.withdrawSend).click()
    await walk.look('patrol', 'withdrawn')
    expect(walk.found).toEqual([])
  })

  test(`a phone without a position in ${locale}`, async ({ browser }) => {
    const walk = await open(browser, locale, true, null)
    const { page } = walk
    const words = walk.words.patrol
    await enter(walk, locale === 'en' ? 'grid' : 'volunteer')
    await walk.button(words.signOn).click()
    await walk.button(words.consent.agree).click()
    await expect(page.getByText(words.location.denied)).toBeVisible()
    await walk.look('patrol', 'denied')
    await walk.button(words.standIn.ask).click()
    await walk.look('patrol', 'where I am')
    await closeSheet(walk)
    await page.getByRole('link', { name: words.report, exact: true }).click()
    await page.locator('.tile').last().click()
    await walk.look('report', 'confirm without a position')
    expect(walk.found).toEqual([])
  })

  test(`the desk in ${locale}`, async ({ browser }) => {
    // The map is drawn anew at every size, in software.
    test.setTimeout(300_000)
    const walk = await open(browser, locale, false, null)
    const { page } = walk
    await enter(walk, 'dispatch')
    await walk.look('desk', 'opened')
    await command(page, {
      type: 'report_incident',
      incident: crypto.randomUUID(),
      point: null,
      kind: 'dispute.land_taking',
      observed_ms: Date.now(),
      text: '-',
      drill: false,
    })
    await page.getByRole('button', { name: /YX-/ }).first().click()
    await expect(page.getByRole('article')).toBeVisible()
    await walk.look('desk', 'incident')
    await lookAtAll(walk, page.getByRole('banner').getByRole('button'))
    await lookAtAll(walk, page.getByRole('article').locator('[aria-haspopup]'))
    const tabs = page.getByRole('tab')
    for (let n = 0; n < (await tabs.count()); n++) {
      await tabs.nth(n).click()
      await walk.look('desk', `tab ${n + 1}`)
    }
    expect(walk.found).toEqual([])
  })
}

for (const locale of ADMIN.length > 0 ? LOCALES : [])
  test(`the admin in ${locale}`, async ({ browser }) => {
    for (const account of ['admin', 'security', 'audit']) {
      const walk = await open(browser, locale, false, null)
      await enter(walk, account, false)
      for (const { path, name } of ADMIN) {
        await walk.page.goto(`${xunfang.url}${path}`)
        await expect(walk.page.locator('main')).toBeVisible()
        await walk.look(name, `${account}, opened`)
        const tabs = walk.page.getByRole('tab')
        for (let n = 0; n < (await tabs.count()); n++) {
          await tabs.nth(n).click()
          await walk.look(name, `${account}, tab ${n + 1}`)
        }
      }
      expect(walk.found).toEqual([])
    }
  })

/** Presses each of these, looks at what opens, and closes it. */
async function lookAtAll(walk: Walk, buttons: Locator): Promise<void> {
  const { page, words } = walk
  const others = [words.language.en, words.language['zh-CN']]
  for (let n = 0; n < (await buttons.count()); n++) {
    const button = buttons.nth(n)
    const name =
      (await button.innerText()) || (await button.getAttribute('aria-label')) || `${n + 1}`
    if (others.includes(name.trim()) || !(await button.isEnabled())) continue
    await button.click()
    await walk.look('desk', `after ${name.trim()}`)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog').and(page.locator(':visible'))).toHaveCount(0)
  }
}

test('every view of the router is looked at', () => {
  expect([...ROUTES].sort()).toEqual([...VIEWS, ...ADMIN.map(({ name }) => name)].sort())
})
