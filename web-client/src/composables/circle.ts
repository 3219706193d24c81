/** A circle on the map, and who on duty is inside it. */
import type { Polygon } from 'geojson'
import type { Fix, Force, OnDuty, Point } from '@/protocol'
import type { DrawnCircle } from '@/stores/circle'
import { FORCES } from '@/stores/duty'
import { distance_m } from '@/stores/geometry'
import { GONE_MS } from './age'

export interface Inside {
  member: OnDuty['member']
  distance_m: number
}

export const MIN_RADIUS_M = 20
export const MAX_RADIUS_M = 20_000
const CORNERS = 72
const METRES_A_DEGREE = 111_195

/** Who is on duty with a fix not older than 10 minutes inside the circle, nearest first. */
export function inside(
  { centre, radius_m }: DrawnCircle,
  onDuty: Iterable<OnDuty>,
  fixOf: (member: string) => Fix | undefined,
  now_ms: number,
): Inside[] {
  const found: Inside[] = []
  for (const { member } of onDuty) {
    const fix = fixOf(member.id)
    if (!fix || now_ms - fix.at_ms > GONE_MS) continue
    const away_m = distance_m(centre, fix.point)
    if (away_m <= radius_m) found.push({ member, distance_m: away_m })
  }
  return found.sort((a, b) => a.distance_m - b.distance_m)
}

/** How many of each force, in the forces' order, without those of which there is nobody. */
export function byForce(found: Inside[]): { force: Force; n: number }[] {
  return FORCES.map((force) => ({
    force,
    n: found.filter(({ member }) => member.force === force).length,
  })).filter(({ n }) => n > 0)
}

/** Points all around it, clockwise from north; good inside a district. */
export function corners({ centre, radius_m }: DrawnCircle): Point[] {
  const high = radius_m / METRES_A_DEGREE
  const wide = high / Math.cos((centre.lat * Math.PI) / 180)
  return Array.from({ length: CORNERS }, (_, n) => {
    const angle = (2 * Math.PI * n) / CORNERS
    return { lng: centre.lng + wide * Math.sin(angle), lat: centre.lat + high * Math.cos(angle) }
  })
}

export function circleShape(circle: DrawnCircle): Polygon {
  const ring = corners(circle).map(({ lng, lat }) => [lng, lat])
  return { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] }
}
