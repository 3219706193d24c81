/** How old a fix is, as the map and the lists show it. */

export type Age = 'fresh' | 'ageing' | 'old' | 'gone'

export const FRESH_MS = 30_000
export const AGEING_MS = 120_000
/** After this a unit leaves the map and stays in the list as "last seen". */
export const GONE_MS = 600_000

export function ageOf(at_ms: number, now_ms: number): Age {
  const age_ms = now_ms - at_ms
  if (age_ms < FRESH_MS) return 'fresh'
  if (age_ms <= AGEING_MS) return 'ageing'
  return age_ms <= GONE_MS ? 'old' : 'gone'
}

export type AgeUnit = 'seconds' | 'minutes' | 'hours' | 'days'

/** The age in the largest unit that fits; a clock that is ahead counts as now. */
export function inUnits(age_ms: number): { unit: AgeUnit; n: number } {
  const seconds = Math.max(0, Math.floor(age_ms / 1000))
  if (seconds < 60) return { unit: 'seconds', n: seconds }
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) }
  if (seconds < 86_400) return { unit: 'hours', n: Math.floor(seconds / 3600) }
  return { unit: 'days', n: Math.floor(seconds / 86_400) }
}
