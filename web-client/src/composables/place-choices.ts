/** Places that can be named: by words in, the best few out. */
import type { Point } from '@/protocol'

export type PlaceKind = 'grids' | 'streets' | 'stations'

export interface Named {
  kind: PlaceKind
  id: string
  name: string
  point: Point
}

/** Enough to choose from; who wants another types more. */
const MOST_EACH = 12

/** Those whose name or id holds every word, names that begin so first; some of each kind. */
export function placeChoices(all: readonly Named[], typed: string): Named[] {
  const wanted = typed.trim().toLowerCase().split(/\s+/)
  const has = ({ name, id }: Named) => {
    const text = `${name} ${id}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  }
  const begins = ({ name }: Named) => Number(!name.toLowerCase().startsWith(wanted[0] ?? ''))
  const found = all.filter(has).sort((a, b) => begins(a) - begins(b))
  const kinds: PlaceKind[] = ['streets', 'stations', 'grids']
  return kinds.flatMap((kind) => found.filter((one) => one.kind === kind).slice(0, MOST_EACH))
}
