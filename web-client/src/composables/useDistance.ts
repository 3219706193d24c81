/** A distance in words: metres below a kilometre. */
import { useI18n } from 'vue-i18n'

export function useDistance() {
  const { t } = useI18n()
  return (metres: number | null): string => {
    if (metres === null) return t('desk.dispatch.noFix')
    if (metres < 1000) return t('desk.dispatch.m', { n: Math.round(metres / 10) * 10 })
    return t('desk.dispatch.km', { n: (metres / 1000).toFixed(1) })
  }
}
