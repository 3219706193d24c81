/** Finds what was typed among what the desk knows: names, numbers, codes, or a point. */
import type { Point } from '@/protocol'

export type HitKind =
  'point' | 'unit' | 'incident' | 'street' | 'station' | 'checkpoint' | 'area' | 'grid'

export interface Entry {
  kind: HitKind
  id: string
  /** What is shown, and matched first. */
  title: string
  /** What else leads here, e.g. a code. */
  also?: string[]
}

/** People before matters before places, where they match equally well. */
const ORDER: HitKind[] = [
  'point',
  'unit',
  'incident',
  'street',
  'station',
  'checkpoint',
  'area',
  'grid',
]
const NO_MATCH = 9

/** As it is compared: half-width, small, without blanks at the ends. */
export const plain = (text: string) => text.normalize('NFKC').trim().toLowerCase()

/** 0 the whole, 1 the beginning, 2 somewhere inside. */
function closeness(wanted: string, text: string): number {
  const at = plain(text).indexOf(wanted)
  if (at < 0) return NO_MATCH
  if (at > 0) return 2
  return plain(text).length === wanted.length ? 0 : 1
}

/** The best matches, best first; nothing for nothing. */
export function rank(query: string, entries: Iterable<Entry>, most: number): Entry[] {
  const wanted = plain(query)
  if (wanted === '') return []
  const found: { entry: Entry; score: number }[] = []
  for (const entry of entries) {
    const titled = closeness(wanted, entry.title)
    // What isn't the title counts half a step less.
    const others = (entry.also ?? []).map((text) => closeness(wanted, text) + 0.5)
    const score = Math.min(titled, ...others)
    if (score < NO_MATCH) found.push({ entry, score })
  }
  return found
    .sort(
      (a, b) =>
        a.score - b.score ||
        ORDER.indexOf(a.entry.kind) - ORDER.indexOf(b.entry.kind) ||
        a.entry.title.localeCompare(b.entry.title, 'zh-CN', { numeric: true }),
    )
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** `30.96,113.23`: latitude first, as maps say it; a number beyond 90 can only be the longitude. */
export function parsePoint(text: string): Point | null {
  const parts = /^(-?\d{1,3}(?:\.\d+)?)[,、\s]\s*(-?\d{1,3}(?:\.\d+)?)$/.exec(plain(text))
  if (!parts) return null
  const [first, second] = [Number(parts[1]), Number(parts[2])]
  const [lat, lng] = Math.abs(first) > 90 ? [second, first] : [first, second]
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lng, lat } : null
}
