/** What is drawn of incidents: a pin each, one pin for those that would hide each other, or a fan. */
import type { Feature, LineString } from 'geojson'
import type { Incident, Point } from '@/protocol'
import { boxOf, mark, marks, middleOf, type Mark, type Marks } from './features'
import { levelMark, SOS_MARK } from './marks'
import { fromWorldPixel, overlapping, worldPixel } from './overlap'

type Placed = Incident & { point: Point }

const REACH_PX = 24
/** As near as the map goes; what still hides each other there is fanned out. */
export const NEAREST_ZOOM = 18
const FAN_PX = 34
/** Pins on one ring of a fan; a longer list gets a wider ring. */
const FAN_PINS = 8

export interface IncidentPicture {
  marks: Marks
  /** From each place to the pins that were fanned out of it. */
  legs: Feature<LineString>[]
}

export interface IncidentView {
  zoom: number
  selected: string | null
  /** Any one of the group that was opened. */
  opened: string | null
  /** Ids of those that are past what is due (超时). */
  overdue: ReadonlySet<string>
}

export function incidentPicture(incidents: Incident[], view: IncidentView): IncidentPicture {
  const placed = incidents.filter((one): one is Placed => one.point !== null)
  const picture: IncidentPicture = { marks: marks([]), legs: [] }
  // An SOS hides behind nothing but another one, and lies above the rest.
  for (const sos of [false, true]) {
    const alike = placed.filter(({ flags }) => flags.sos === sos)
    const pixels = alike.map(({ point }) => worldPixel(point, view.zoom))
    for (const group of overlapping(pixels, REACH_PX)) {
      const members = group.flatMap((n) => alike[n] ?? []).sort(gravestFirst)
      picture.marks.features.push(...drawn(members, view, picture.legs))
    }
  }
  // The selected pin last, and so above the others.
  picture.marks.features.sort(
    (a, b) => Number(a.properties.selected) - Number(b.properties.selected),
  )
  return picture
}

function drawn(members: Placed[], view: IncidentView, legs: Feature<LineString>[]): Mark[] {
  const [first] = members
  if (!first || members.length === 1) return members.map((one) => pin(one, one.point, view))
  if (members.some(({ id }) => id === view.opened)) return fanned(members, view, legs)
  const chosen = members.find(({ id }) => id === view.selected)
  if (!chosen) return stack(members, middleOf(members.map(({ point }) => point)), view)
  const rest = members.filter((one) => one !== chosen)
  const beside = worldPixel(chosen.point, view.zoom)
  const place = fromWorldPixel({ x: beside.x + FAN_PX, y: beside.y }, view.zoom)
  return [...stack(rest, place, view), pin(chosen, chosen.point, view)]
}

const looks = ({ flags, level }: Placed, overdue: boolean) =>
  flags.sos ? SOS_MARK : levelMark(level, overdue)

const pin = (incident: Placed, at: Point, { selected, overdue }: IncidentView): Mark =>
  mark(at, {
    incident: incident.id,
    mark: looks(incident, overdue.has(incident.id)),
    selected: incident.id === selected,
  })

/** One pin for several, gravest first: its level, and how many more. */
function stack(members: Placed[], at: Point, view: IncidentView): Mark[] {
  const [first, ...others] = members
  if (!first || others.length === 0) return members.map((one) => pin(one, at, view))
  const [west, south, east, north] = boxOf(members.map(({ point }) => point))
  const overdue = members.some(({ id }) => view.overdue.has(id))
  const more = `+${others.length}`
  const count = members.length
  const box = { west, south, east, north }
  return [
    mark(at, {
      stack: first.id,
      count,
      mark: looks(first, overdue),
      more,
      selected: false,
      ...box,
    }),
  ]
}

function fanned(members: Placed[], view: IncidentView, legs: Feature<LineString>[]): Mark[] {
  const middle = middleOf(members.map(({ point }) => point))
  const hub = worldPixel(middle, view.zoom)
  const radius_px = FAN_PX * Math.max(1, members.length / FAN_PINS)
  return members.map((one, n) => {
    const angle = (2 * Math.PI * n) / members.length
    const at = fromWorldPixel(
      { x: hub.x + radius_px * Math.sin(angle), y: hub.y - radius_px * Math.cos(angle) },
      view.zoom,
    )
    const coordinates = [one.point, at].map(({ lng, lat }) => [lng, lat])
    legs.push({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: {} })
    return pin(one, at, view)
  })
}

/** Whether coming nearer would part them. */
export function parts(points: Point[]): boolean {
  const pixels = points.map((point) => worldPixel(point, NEAREST_ZOOM))
  return overlapping(pixels, REACH_PX).length > 1
}

const gravity = ({ level }: Incident) => (level === null ? 5 : Number(level))
const gravestFirst = (a: Incident, b: Incident) =>
  gravity(a) - gravity(b) || b.received_ms - a.received_ms
