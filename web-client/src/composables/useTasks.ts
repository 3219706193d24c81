/** What concerns this member: calls of their team, what they reported, what waits for their review. */
import { computed } from 'vue'
import { isOpen, isPoliceMatter, type Assignment, type Incident } from '@/protocol'
import { useDuty } from '@/stores/duty'
import { useIncidents } from '@/stores/incidents'
import { useSession } from '@/stores/session'

const OVER = ['declined', 'recalled']

/** The team's call that isn't over; the newest, when it was called again. */
export function callOf(incident: Incident, team: string | null): Assignment | null {
  const calls = incident.assignments.filter(
    (call) => call.team === team && !OVER.includes(call.state),
  )
  return calls.at(-1) ?? null
}

export function useTasks() {
  const duty = useDuty()
  const incidents = useIncidents()
  const session = useSession()

  const team = computed(() => duty.mine?.team ?? session.member?.team ?? null)
  const newest = computed(() => [...incidents.all].sort((a, b) => b.received_ms - a.received_ms))

  const tasks = computed(() =>
    newest.value.filter(
      (incident) => isOpen(incident.state) && callOf(incident, team.value) !== null,
    ),
  )
  const reports = computed(() =>
    newest.value.filter(
      (incident) =>
        incident.reporter !== null &&
        incident.reporter === session.member?.id &&
        !tasks.value.includes(incident),
    ),
  )
  const reviews = computed(() =>
    newest.value.filter(
      (incident) =>
        session.member?.force === 'police' &&
        incident.state === 'review' &&
        isPoliceMatter(incident.top),
    ),
  )

  return { team, tasks, reports, reviews }
}
