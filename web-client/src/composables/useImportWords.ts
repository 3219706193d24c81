/** What an import says: what went wrong with it and what was kept, and with which row. */
import { useI18n } from 'vue-i18n'
import type { RowFault } from '@/api/imports'
import { Refused } from '@/protocol'
import type { Attempt } from '@/stores/imports'
import { faultWords } from './fault-words'
import { useFailure } from './useFailure'

/** Refusals that mean something of their own here: a code, or a code and its field. */
const OWN = [
  'invalid_file',
  'invalid_mapping',
  'invalid_format',
  'conflict_coordinates',
  'conflict_mapping',
  'conflict_geometry',
  'conflict',
  'too_large',
  'too_many',
  'not_found',
  'busy',
  'forbidden',
] as const

export function useImportWords() {
  const { t } = useI18n()
  const { words } = useFailure()

  /** By code and field where an import means something of its own, else as everywhere. */
  function reason(error: unknown): string {
    if (!(error instanceof Refused)) return words(error)
    const { code, field, message } = error.refusal
    const own =
      OWN.find((one) => one === `${code}_${field ?? ''}`) ?? OWN.find((one) => one === code)
    if (own) return t(`imports.refusal.${own}`) + t('refusal.detail', { message })
    return words(error)
  }

  /** What happened, and what was kept. */
  function failed({ attempt, error }: { attempt: Attempt; error: unknown }): string {
    const unsure = attempt === 'store' && !(error instanceof Refused)
    const gone = error instanceof Refused && error.refusal.code === 'not_found'
    const kept = gone ? 'gone' : unsure ? 'unsure' : attempt
    return `${reason(error)} ${t(`imports.kept.${kept}`)}`
  }

  function fault({ message }: RowFault): string {
    const known = faultWords(message)
    return known ? t(`imports.fault.${known.key}`, known.blanks) : message
  }

  return { failed, fault }
}
