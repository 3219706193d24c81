/** Runs something that may be refused, and says in words what happened, what was kept, what to do. */
import { onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { Unreachable } from '@/api'
import { NoAnswer } from '@/live'
import { Refused, type Refusal } from '@/protocol'
import { useOutbox } from '@/stores/outbox'
import { useTimes } from './useTimes'

const EXPLAINED = ['invalid', 'conflict', 'forbidden', 'internal']

export function useFailure() {
  const { t, te } = useI18n()
  const times = useTimes()
  const busy = ref(false)
  const failure = ref('')
  let shown = true
  onScopeDispose(() => (shown = false), true)

  /** The field as the screens call it; the protocol's name for one that no screen shows. */
  const fieldName = (field: string) => (te(`field.${field}`) ? t(`field.${field}`) : field)

  function refusalWords(refusal: Refusal): string {
    const parts: string[] = []
    if (refusal.at_ms != null) {
      const time = times.short(refusal.at_ms)
      parts.push(
        refusal.by
          ? t('refusal.won', { by: refusal.by, time })
          : t('refusal.wonBySystem', { time }),
      )
    }
    parts.push(t(`refusal.${refusal.code}`))
    if (refusal.legal?.length) {
      const names = refusal.legal.map((step) => (te(`step.${step}`) ? t(`step.${step}`) : step))
      parts.push(t('refusal.legal', { steps: names.join(' · ') }))
    }
    if (EXPLAINED.includes(refusal.code)) {
      const about = refusal.field ? t('refusal.about', { field: fieldName(refusal.field) }) : ''
      parts.push(t('refusal.detail', { message: about + refusal.message }))
    }
    return parts.join('')
  }

  function words(error: unknown): string {
    if (error instanceof Refused) return refusalWords(error.refusal)
    if (error instanceof NoAnswer) return t('refusal.noAnswer')
    if (error instanceof Unreachable) return t('refusal.unreachable')
    throw error
  }

  /** Runs it unless one runs already; whether it went well. */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    failure.value = ''
    try {
      await action()
      return true
    } catch (error) {
      failure.value = words(error)
      // Read here, so the outbox needn't show it too; not when the screen is gone.
      if (shown && error instanceof Refused && error.command !== null)
        useOutbox().dismiss(error.command)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, failure, attempt, words, refusalWords }
}
