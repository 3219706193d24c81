/** What an open call for help (一键求助) says of itself: who called, who took it, why it was taken back. */
import type { Entry, Incident, Member } from '@/protocol'

/** Who called; null until the timeline is read. */
export function callerOf(timeline: readonly Entry[]): string | null {
  return timeline[0]?.actor_name ?? null
}

/** Who took it, and when; the last one, when it was reopened. */
export function takenBy(timeline: readonly Entry[]): Entry | null {
  return timeline.filter(({ action }) => action === 'accept').at(-1) ?? null
}

/** Why the caller took it back; empty when the text was erased. */
export function withdrawal(timeline: readonly Entry[]): string | null {
  const entry = timeline.filter(({ action }) => action === 'withdraw_sos').at(-1)
  return entry ? (entry.text?.body ?? '') : null
}

/** Calls of others that nobody took in time and that police are asked to look after. */
export function escalatedFor(open: readonly Incident[], member: Member | null): Incident[] {
  if (member?.force !== 'police') return []
  const untaken = ({ flags, state, reporter }: Incident) =>
    flags.escalated && state === 'pending' && reporter !== member.id
  return open.filter(untaken).sort((a, b) => b.received_ms - a.received_ms)
}
