/** The desk's incident list: calls for help, then groups by state, newest first; quiet while it is held. */
import { computed, ref, watch } from 'vue'
import type { Incident, IncidentState } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useDesk } from '@/stores/desk'
import { useIncidents } from '@/stores/incidents'
import { useSession } from '@/stores/session'
import { fits } from './incident-filter'
import { quietOrder } from './quiet-order'
import { useNames } from './useNames'

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
const ENDED = 5
/** 一键求助, before every state, until it ends. */
export const HELP = -1

export interface Row {
  incident: Incident
  group: number
}

const stateGroup = ({ state }: Incident) => GROUPS.findIndex((states) => states.includes(state))

function rowGroup(incident: Incident): number {
  const group = stateGroup(incident)
  return incident.flags.sos && group < ENDED ? HELP : group
}

export function useIncidentRows(held: () => boolean) {
  const clock = useClock()
  const desk = useDesk()
  const incidents = useIncidents()
  const names = useNames()
  const session = useSession()
  const shown = ref<string[]>([])
  const waiting = ref<string[]>([])
  const stale = ref(false)
  /** Which group each row stands in, kept while held. */
  const groups = ref(new Map<string, number>())

  function words({ number, kind_first, kind_final, grid, text, assignments }: Incident): string {
    const kinds = [kind_first, kind_final ?? kind_first].map(names.kind)
    const teams = assignments.map(({ team }) => names.team(team))
    const place = grid === null ? [] : [grid, names.grid(grid)]
    return [number, ...kinds, ...place, ...teams, text?.body ?? ''].join(' ')
  }

  function isMine({ id, reporter, moved_by }: Incident): boolean {
    const me = session.member
    if (!me) return false
    return desk.handled.has(id) || reporter === me.id || moved_by === me.name
  }

  const fresh = computed(() => {
    // 超时 comes with time alone; nothing else that is filtered by does.
    const now_ms = desk.wanted.overdue ? clock.now_ms : 0
    const known = { words, isMine, groupOf: stateGroup, now_ms }
    return incidents.all
      .filter((incident) => fits(incident, desk.wanted, known))
      .map((incident): Row => ({ incident, group: rowGroup(incident) }))
      .sort((a, b) => a.group - b.group || b.incident.received_ms - a.incident.received_ms)
  })

  function settle(quiet: boolean): void {
    const ids = fresh.value.map(({ incident }) => incident.id)
    const order = quietOrder(shown.value, ids, quiet, (id) => incidents.byId.has(id))
    shown.value = order.shown
    waiting.value = order.waiting
    stale.value = order.stale
    if (!quiet) groups.value = new Map(fresh.value.map((row) => [row.incident.id, row.group]))
  }

  watch([fresh, held], () => settle(held()), { immediate: true })
  // Somebody who filters asks for another list.
  watch(
    () => ({ ...desk.wanted }),
    () => settle(false),
  )

  const rows = computed(() =>
    shown.value.flatMap((id): Row[] => {
      const incident = incidents.byId.get(id)
      return incident ? [{ incident, group: groups.value.get(id) ?? 0 }] : []
    }),
  )

  return { rows, waiting, stale, showWaiting: () => settle(false) }
}
