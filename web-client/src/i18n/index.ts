/** Both languages. Chinese first: it is what a browser without a stored choice gets. */
import { createI18n } from 'vue-i18n'
import enAccounts from './en/accounts'
import enAdmin from './en/admin'
import enCommon from './en/common'
import enConsole from './en/console'
import enDesk from './en/desk'
import enImports from './en/imports'
import enMap from './en/map'
import enNodes from './en/nodes'
import enOutbox from './en/outbox'
import enPatrol from './en/patrol'
import enPersonal from './en/personal'
import enTerms from './en/terms'
import zhAccounts from './zh-CN/accounts'
import zhAdmin from './zh-CN/admin'
import zhCommon from './zh-CN/common'
import zhConsole from './zh-CN/console'
import zhDesk from './zh-CN/desk'
import zhImports from './zh-CN/imports'
import zhMap from './zh-CN/map'
import zhNodes from './zh-CN/nodes'
import zhOutbox from './zh-CN/outbox'
import zhPatrol from './zh-CN/patrol'
import zhPersonal from './zh-CN/personal'
import zhTerms from './zh-CN/terms'

export const LOCALES = ['zh-CN', 'en'] as const
export type Locale = (typeof LOCALES)[number]

export const messages = {
  'zh-CN': {
    ...zhCommon,
    ...zhTerms,
    accounts: zhAccounts,
    admin: zhAdmin,
    console: zhConsole,
    desk: zhDesk,
    imports: zhImports,
    map: zhMap,
    nodes: zhNodes,
    outbox: zhOutbox,
    patrol: zhPatrol,
    personal: zhPersonal,
  },
  en: {
    ...enCommon,
    ...enTerms,
    accounts: enAccounts,
    admin: enAdmin,
    console: enConsole,
    desk: enDesk,
    imports: enImports,
    map: enMap,
    nodes: enNodes,
    outbox: enOutbox,
    patrol: enPatrol,
    personal: enPersonal,
  },
}

const STORED = 'xunfang.locale'

function stored(): Locale {
  return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh-CN'
}

export const i18n = createI18n({
  legacy: false,
  locale: stored(),
  fallbackLocale: 'zh-CN',
  messages,
})
document.documentElement.lang = i18n.global.locale.value

/** Changes the language and keeps the choice in this browser. */
export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  localStorage.setItem(STORED, locale)
  document.documentElement.lang = locale
}
