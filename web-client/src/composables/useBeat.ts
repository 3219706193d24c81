/** This member's planned shift, where they stand in its route, and how far the next checkpoint is. */
import { computed } from 'vue'
import { useClock } from '@/stores/clock'
import { useDuty } from '@/stores/duty'
import { distance_m } from '@/stores/geometry'
import { useLocation } from '@/stores/location'
import { useOutbox } from '@/stores/outbox'
import { useRounds } from '@/stores/rounds'
import { entryNow, progress } from './beat'
import { wayTo } from './bearing'

export function useBeat() {
  const clock = useClock()
  const duty = useDuty()
  const location = useLocation()
  const outbox = useOutbox()
  const rounds = useRounds()

  const entry = computed(() => entryNow(rounds.mine, clock.now_ms))
  const template = computed(() => rounds.templatesById.get(entry.value?.template ?? '') ?? null)
  /** Visits that the log doesn't show yet count as well: a beat goes on without a link. */
  const unsent = computed(() =>
    outbox.unread.flatMap(({ request }) =>
      request.type === 'check_in' ? [request.checkpoint] : [],
    ),
  )
  const visited = computed(() => [
    ...rounds.myVisits.filter(({ shift }) => shift === duty.mine?.id).map((one) => one.checkpoint),
    ...unsent.value,
  ])
  /** The route in walking order; without a planned one, every checkpoint. */
  const route = computed(() => {
    const planned = template.value?.checkpoints ?? []
    return planned.filter((id) => rounds.checkpointsById.has(id))
  })
  const laps = computed(() => template.value?.laps ?? 1)
  const where = computed(() => progress(route.value, laps.value, visited.value))
  const next = computed(() => rounds.checkpointsById.get(where.value.next ?? '') ?? null)
  const away = computed(() => {
    const from = location.point
    if (from === null || next.value === null) return null
    return { metres: distance_m(from, next.value.point), way: wayTo(from, next.value.point) }
  })
  /** The newest visit of today's work, of any checkpoint. */
  const last = computed(() => rounds.myVisits.at(-1) ?? null)

  return { entry, template, route, laps, where, next, away, visited, last }
}
