/** A deadline in words: by when what is due, or for how long it is overdue. */
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { isOpen, type Incident } from '@/protocol'
import { useClock } from '@/stores/clock'
import { overdueMinutes } from './due'
import { useTimes } from './useTimes'

const HOUR_MIN = 60
const DAY_MIN = 24 * HOUR_MIN

export function useDueWords(incident: () => Incident) {
  const { t } = useI18n()
  const clock = useClock()
  const times = useTimes()

  /** How long it is overdue; empty when it isn't. */
  const late = computed(() => {
    const minutes = overdueMinutes(incident(), clock.now_ms)
    if (minutes === null) return ''
    if (minutes === 0) return t('console.due.moment')
    if (minutes < HOUR_MIN) return t('console.due.minutes', { n: minutes })
    if (minutes < DAY_MIN) return t('console.due.hours', { n: Math.floor(minutes / HOUR_MIN) })
    return t('console.due.days', { n: Math.floor(minutes / DAY_MIN) })
  })
  /** What is due by when; empty when nothing is. */
  const what = computed(() => {
    const { due, state } = incident()
    if (due == null || !isOpen(state)) return ''
    return t(`console.due.${due.step}`, { time: times.short(due.at_ms) })
  })

  return reactive({ late, what })
}
