/** Where somebody was: a track is what was measured, and nothing is invented across a gap. */
import type { Fix, Point } from '@/protocol'
import { AGEING_MS, GONE_MS } from './age'

export type Sighting = Pick<Fix, 'at_ms' | 'point'>

export interface Position {
  point: Point
  /** How old what it rests on is. */
  age_ms: number
}

/** The index of the newest fix at or before a time; −1 for none. Fixes are oldest first. */
function before(fixes: Sighting[], at_ms: number): number {
  let low = 0
  let high = fixes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((fixes[middle]?.at_ms ?? Infinity) <= at_ms) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** On the way between two fixes that are near in time; else where it was last, until that is gone. */
export function positionAt(fixes: Sighting[], at_ms: number): Position | null {
  const n = before(fixes, at_ms)
  const [last, next] = [fixes[n], fixes[n + 1]]
  if (!last) return null
  const age_ms = at_ms - last.at_ms
  if (next && next.at_ms - last.at_ms <= AGEING_MS) {
    const part = age_ms / (next.at_ms - last.at_ms || 1)
    const between = (a: number, b: number) => a + (b - a) * part
    return {
      point: {
        lng: between(last.point.lng, next.point.lng),
        lat: between(last.point.lat, next.point.lat),
      },
      age_ms: 0,
    }
  }
  return age_ms <= GONE_MS ? { point: last.point, age_ms } : null
}

/** The track in pieces, parted where nothing was heard for longer than two minutes. */
export function pieces(fixes: Sighting[]): Point[][] {
  const found: Point[][] = []
  let last_ms = -Infinity
  for (const { at_ms, point } of fixes) {
    if (at_ms - last_ms > AGEING_MS) found.push([])
    found.at(-1)?.push(point)
    last_ms = at_ms
  }
  return found.filter((piece) => piece.length > 1)
}
