/** A patrol's beat: which planned shift is meant now, and which checkpoint comes next. */
import type { RosterEntry } from '@/api/duty'

/** The entry that runs, else the next one; null without any. */
export function entryNow(entries: RosterEntry[], now_ms: number): RosterEntry | null {
  const coming = entries
    .filter(({ ends_ms }) => ends_ms > now_ms)
    .sort((a, b) => a.starts_ms - b.starts_ms)
  // Of two that overlap, the one that began last: the earlier one is being left.
  const begun = coming.filter(({ starts_ms }) => starts_ms <= now_ms)
  return begun.at(-1) ?? coming[0] ?? null
}

export interface Progress {
  /** The checkpoint to go to; null when every lap is done or there is no route. */
  next: string | null
  /** The lap that is walked, from 1. */
  lap: number
  /** Checkpoints visited in this lap. */
  done: number
}

/** Where a member stands in a route of so many laps, after these visits of this shift. */
export function progress(route: string[], laps: number, visits: string[]): Progress {
  const count = (checkpoint: string) => visits.filter((one) => one === checkpoint).length
  const fewest = route.length === 0 ? 0 : Math.min(...route.map(count))
  const lap = Math.min(fewest + 1, Math.max(1, laps))
  const done = route.filter((checkpoint) => count(checkpoint) >= lap).length
  return { next: route.find((checkpoint) => count(checkpoint) < lap) ?? null, lap, done }
}
