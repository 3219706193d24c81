/** Calls for help (一键求助) as the desk has them: ringing until somebody takes them, then calm until they end. */
import { isOpen, type Entry, type Incident } from '@/protocol'

export interface Alarm {
  incident: Incident
  /** Nobody has taken it yet. */
  ringing: boolean
}

/**
 * The open ones, the newest first: the strip stands on the screen's lower edge and grows upwards,
 * so that neither a new one nor one that is taken moves the button under somebody's finger.
 */
export function alarmsOf(incidents: Iterable<Incident>): Alarm[] {
  return [...incidents]
    .filter(({ flags, state }) => flags.sos && isOpen(state))
    .map((incident) => ({ incident, ringing: incident.state === 'pending' }))
    .sort((a, b) => b.incident.received_ms - a.incident.received_ms)
}

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
