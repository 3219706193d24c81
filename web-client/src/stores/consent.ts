/**
 * Consent to positions: the text as the server asks about it, and what the member has said to it.
 * A refusal is remembered on this phone alone, so that the question isn't put at every sign-on.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { getConsent, type Consent } from '@/api/consent'
import type { ConsentSpan } from '@/protocol'
import { useLink } from './link'
import { useReads } from './reads'
import { useOwn } from './own'
import { useSession } from './session'

export type Answer = 'agreed' | 'declined'
type Language = 'zh-CN' | 'en'

/** The language that the text is read in where the screens are in this one. */
export const languageOf = (locale: string): Language => (locale === 'en' ? 'en' : 'zh-CN')

export const useConsent = defineStore('consent', () => {
  const link = useLink()
  const own = useOwn()
  const reads = useReads()
  const session = useSession()
  const read = shallowRef<{ member: string; said: Consent } | null>(null)
  /** Counts what was written: storage tells nobody of its own page's changes. */
  const written = ref(0)

  const said = computed(() =>
    read.value !== null && read.value.member === session.member?.id ? read.value.said : null,
  )
  const key = computed(
    () => `xunfang.declined.${said.value?.version ?? ''}.${session.member?.id ?? ''}`,
  )
  /** Null while nothing was said, or nothing is known. */
  const answer = computed<Answer | null>(() => {
    if (said.value === null) return null
    if (said.value.given) return 'agreed'
    const declined = written.value >= 0 && localStorage.getItem(key.value) !== null
    const { last, version } = said.value
    return declined || (last !== null && last.version === version) ? 'declined' : null
  })

  async function load(language: Language): Promise<void> {
    const member = session.member?.id
    if (member === undefined) return
    const { value } = await reads.read(`consent.${language}`, () => getConsent(language))
    read.value = { member, said: value }
  }

  async function give(): Promise<void> {
    if (said.value === null) return
    await link.request({ type: 'give_consent', version: said.value.version })
    localStorage.removeItem(key.value)
    written.value += 1
  }

  async function withdraw(): Promise<void> {
    await link.request({ type: 'withdraw_consent' })
  }

  function decline(): void {
    localStorage.setItem(key.value, 'declined')
    written.value += 1
  }

  /** Hears what was said, on whichever phone. */
  function take(last: ConsentSpan): void {
    if (read.value === null || last.member !== read.value.member) return
    const { said } = read.value
    const given = last.until_ms === null && last.version === said.version
    read.value = { ...read.value, said: { ...said, given, last } }
  }

  watch(
    () => own.consent,
    (last) => last && take(last),
  )

  return { said, answer, load, give, withdraw, decline, take }
})
