/** The desk's incident list: groups by state, newest first, quiet while it is pointed at. */
import { computed, ref, watch } from 'vue'
import type { Incident, IncidentState } from '@/protocol'
import { useIncidents } from '@/stores/incidents'
import { quietOrder } from './quiet-order'

/** The states in the order of the desk: what waits for the dispatcher comes first. */
export const GROUPS: readonly (readonly IncidentState[])[] = [
  ['pending'],
  ['accepted'],
  ['review'],
  ['dispatched'],
  ['taken', 'en_route', 'on_scene', 'handling'],
  ['closed'],
  ['archived', 'false_alarm', 'void', 'merged'],
]

export interface Row {
  incident: Incident
  group: number
}

export function useIncidentRows() {
  const incidents = useIncidents()
  const held = ref(false)
  const shown = ref<string[]>([])
  const waiting = ref<string[]>([])
  /** Which group each row stands in, kept while held. */
  const groups = ref(new Map<string, number>())

  const fresh = computed(() => {
    const groupOf = ({ state }: Incident) => GROUPS.findIndex((states) => states.includes(state))
    return incidents.all
      .map((incident): Row => ({ incident, group: groupOf(incident) }))
      .sort((a, b) => a.group - b.group || b.incident.received_ms - a.incident.received_ms)
  })

  function settle(quiet: boolean): void {
    const order = quietOrder(
      shown.value,
      fresh.value.map(({ incident }) => incident.id),
      quiet,
    )
    shown.value = order.shown
    waiting.value = order.waiting
    if (!quiet) groups.value = new Map(fresh.value.map((row) => [row.incident.id, row.group]))
  }

  watch([fresh, held], () => settle(held.value), { immediate: true })

  const rows = computed(() =>
    shown.value.flatMap((id): Row[] => {
      const incident = incidents.byId.get(id)
      return incident ? [{ incident, group: groups.value.get(id) ?? 0 }] : []
    }),
  )

  return { rows, waiting, held, showWaiting: () => settle(false) }
}
