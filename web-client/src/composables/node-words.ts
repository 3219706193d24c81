/** What the list of nodes says of durations, and what of it is trouble. */
import type { NodeRow } from '@/api/nodes'

export type SpanUnit = 'ms' | 's' | 'min' | 'h'

/** A duration in the unit in which it is read; seconds to a tenth below ten. */
export function span(ms: number): { unit: SpanUnit; n: number } {
  if (ms < 1_000) return { unit: 'ms', n: Math.round(ms) }
  const seconds = ms / 1_000
  if (seconds < 10) return { unit: 's', n: Math.round(seconds * 10) / 10 }
  if (seconds < 60) return { unit: 's', n: Math.round(seconds) }
  if (seconds < 3_600) return { unit: 'min', n: Math.round(seconds / 60) }
  return { unit: 'h', n: Math.round(seconds / 3_600) }
}

/** Without a bus the log is looked at once a second; more than that is late. */
const LATE_MS = 2_000
/** What NTP keeps a clock within, many times over. */
const SKEWED_MS = 1_000

export type Skew = 'same' | 'ahead' | 'behind'

export function skewOf({ skew_ms }: Pick<NodeRow, 'skew_ms'>): Skew {
  if (Math.abs(skew_ms) < SKEWED_MS) return 'same'
  return skew_ms > 0 ? 'ahead' : 'behind'
}

export const isLate = ({ lag_ms }: Pick<NodeRow, 'lag_ms'>): boolean => lag_ms > LATE_MS
