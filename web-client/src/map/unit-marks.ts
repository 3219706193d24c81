/** What is drawn of units: one mark each, or one with a number where they would cover each other. */
import { AGEING_MS, ageOf, FRESH_MS, GONE_MS } from '@/composables/age'
import type { Unit } from '@/stores/units'
import { boxHolds, boxOf, mark, marks, middleOf, type Box, type Mark, type Marks } from './features'
import { unitMark } from './marks'
import { overlapping, worldPixel } from './overlap'

/** From here on units are drawn one by one, if they are no crowd. */
export const APART_ZOOM = 14.5
/** More marks than this can't be told apart, and cost more time than a second has. */
export const CROWD = 1_000
/** Nearer than this, marks hide each other. */
const REACH_PX = 24
/** And so far apart are a crowd's numbers. */
const CROWD_REACH_PX = 44

export interface UnitView {
  now_ms: number
  zoom: number
  /** What is drawn: the screen and what lies around it. */
  box: Box
  /** The selected unit never hides in a group. */
  selected: string | null
}

export interface UnitPicture {
  marks: Marks
  /** When the first of them changes its looks by age alone. */
  turns_ms: number
}

/** Units that the server shows, until their fix is too old for the map. */
export function unitPicture(units: Iterable<Unit>, view: UnitView): UnitPicture {
  const drawn: Unit[] = []
  let turns_ms = Infinity
  for (const unit of units) {
    const { fix, shown } = unit
    if (!shown || view.now_ms - fix.at_ms > GONE_MS) continue
    turns_ms = Math.min(turns_ms, nextTurn_ms(fix.at_ms, view.now_ms))
    if (boxHolds(view.box, fix.point)) drawn.push(unit)
  }
  const apart = view.zoom >= APART_ZOOM && drawn.length <= CROWD
  const features = apart ? drawn.map(one(view.now_ms)) : grouped(drawn, view)
  return { marks: marks(features), turns_ms }
}

const one =
  (now_ms: number) =>
  ({ member, fix }: Unit): Mark => {
    const age = ageOf(fix.at_ms, now_ms)
    return mark(fix.point, {
      member: member.id,
      mark: unitMark(member.force, age === 'gone' ? 'old' : age),
    })
  }

function grouped(units: Unit[], { zoom, now_ms, selected }: UnitView): Mark[] {
  const apart = units.filter(({ member }) => member.id === selected)
  const rest = apart.length > 0 ? units.filter(({ member }) => member.id !== selected) : units
  const groups = overlapping(
    rest.map(({ fix }) => worldPixel(fix.point, zoom)),
    rest.length > CROWD ? CROWD_REACH_PX : REACH_PX,
  )
  const features = groups.map((group) => {
    const members = group.flatMap((n) => rest[n] ?? [])
    const [first] = members
    if (members.length === 1 && first) return one(now_ms)(first)
    const points = members.map(({ fix }) => fix.point)
    const [west, south, east, north] = boxOf(points)
    return mark(middleOf(points), { count: members.length, west, south, east, north })
  })
  return [...features, ...apart.map(one(now_ms))]
}

function nextTurn_ms(at_ms: number, now_ms: number): number {
  const age_ms = now_ms - at_ms
  if (age_ms < FRESH_MS) return at_ms + FRESH_MS
  return at_ms + (age_ms <= AGEING_MS ? AGEING_MS : GONE_MS) + 1
}
