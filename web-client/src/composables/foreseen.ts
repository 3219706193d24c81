/** An incident as it will be once what waits in the outbox is taken: so a patrol goes on without a link. */
import type { AssignmentMove, AssignmentState, Incident, IncidentState, Request } from '@/protocol'

const CALLS: Record<AssignmentMove['step'], AssignmentState> = {
  take: 'taken',
  decline: 'declined',
  depart: 'en_route',
  arrive: 'on_scene',
  complete: 'done',
}
/** Of the steps on a patrol's phone; the others change nothing there. */
const STATES: Partial<Record<string, IncidentState>> = {
  record: 'handling',
  feedback: 'review',
  approve: 'closed',
  send_back: 'handling',
  rate: 'archived',
}

/** Whether it is a step of this incident or of one of its calls. */
export const movesIncident = (request: Request, incident: string): boolean =>
  (request.type === 'move_incident' || request.type === 'move_assignment') &&
  request.incident === incident

/** `waiting`: what waits, in the order of making. */
export function foreseen(incident: Incident, waiting: readonly Request[]): Incident {
  return waiting.reduce((seen, request) => {
    if (!movesIncident(request, seen.id)) return seen
    if (request.type === 'move_incident')
      return { ...seen, state: STATES[request.move.step] ?? seen.state }
    if (request.type !== 'move_assignment') return seen
    const { assignment, move } = request
    const assignments = seen.assignments.map((call) =>
      call.id === assignment ? { ...call, state: CALLS[move.step] } : call,
    )
    return { ...seen, assignments }
  }, incident)
}
