/** Deadlines (时限): an open incident past what is due is 超时. */
import { isOpen, type Incident } from '@/protocol'

type WithDue = Pick<Incident, 'state' | 'due'>

export function isOverdue({ state, due }: WithDue, now_ms: number): boolean {
  return due != null && isOpen(state) && now_ms > due.at_ms
}

/** Whole minutes past the deadline; null when it isn't overdue. */
export function overdueMinutes(incident: WithDue, now_ms: number): number | null {
  if (!isOverdue(incident, now_ms)) return null
  return Math.floor((now_ms - (incident.due?.at_ms ?? now_ms)) / 60_000)
}
