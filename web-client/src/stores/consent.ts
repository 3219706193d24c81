/** The answer that a member gave on this phone to the consent text, by version; the server records it with each shift. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { CONSENT_VERSION } from '@/protocol'
import { useSession } from './session'

export type Answer = 'agreed' | 'declined'

export const useConsent = defineStore('consent', () => {
  const session = useSession()
  /** Counts what was written: storage tells nobody of its own page's changes. */
  const written = ref(0)

  const key = computed(() => `xunfang.consent.${CONSENT_VERSION}.${session.member?.id ?? ''}`)
  const answer = computed<Answer | null>(() => {
    const stored = written.value >= 0 ? localStorage.getItem(key.value) : null
    return stored === 'agreed' || stored === 'declined' ? stored : null
  })

  function give(next: Answer): void {
    localStorage.setItem(key.value, next)
    written.value += 1
  }

  /** Asks again at the next sign-on. */
  function forget(): void {
    localStorage.removeItem(key.value)
    written.value += 1
  }

  return { answer, give, forget }
})
