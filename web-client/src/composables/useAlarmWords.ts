/** What the desk says of one call for help: who, where, since when, who took it. */
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Incident } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useDuty } from '@/stores/duty'
import { useIncidents } from '@/stores/incidents'
import { useUnits } from '@/stores/units'
import { callerOf, takenBy, withdrawal } from './alarms'
import { useNames } from './useNames'
import { useTimes } from './useTimes'

export function useAlarmWords(incident: () => Incident) {
  const { t } = useI18n()
  const clock = useClock()
  const duty = useDuty()
  const incidents = useIncidents()
  const names = useNames()
  const times = useTimes()
  const units = useUnits()

  const timeline = computed(() => incidents.timelines.get(incident().id) ?? [])
  const caller = computed(() => {
    const id = incident().reporter ?? ''
    return duty.byMember.get(id)?.member ?? units.byMember.get(id)?.member ?? null
  })
  const place = computed(() => {
    const { grid, point } = incident()
    if (grid !== null) return names.grid(grid)
    if (point !== null) return t('console.place.outside')
    const onMap = units.byMember.has(incident().reporter ?? '')
    return t(onMap ? 'console.sos.onMap' : 'console.sos.nowhere')
  })
  /** Seconds count for a call for help; hours don't happen. */
  const since = computed(() => {
    const seconds = Math.max(0, Math.floor((clock.now_ms - incident().received_ms) / 1000))
    const two = (n: number) => String(n).padStart(2, '0')
    return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
  })

  return reactive({
    name: computed(
      () => caller.value?.name ?? callerOf(timeline.value) ?? t('console.sos.unknown'),
    ),
    force: computed(() => caller.value?.force ?? null),
    place,
    since,
    withdrawn: computed(() =>
      incident().flags.sos_withdrawn ? (withdrawal(timeline.value) ?? '') : null,
    ),
    taken: computed(() => {
      if (incident().state === 'pending') return null
      const entry = takenBy(timeline.value)
      return (
        entry && {
          name: entry.actor_name ?? t('timeline.bySystem'),
          time: times.short(entry.at_ms),
        }
      )
    }),
  })
}
