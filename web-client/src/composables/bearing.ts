/** The way from one point to another, as people say it. */
import type { Point } from '@/protocol'

export const WAYS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const
export type Way = (typeof WAYS)[number]

const radians = (degrees: number) => (degrees * Math.PI) / 180

/** One of eight directions; for the few kilometres of a district a plane will do. */
export function wayTo(from: Point, to: Point): Way {
  const east = (to.lng - from.lng) * Math.cos(radians((from.lat + to.lat) / 2))
  const north = to.lat - from.lat
  const eighths = Math.round(Math.atan2(east, north) / (Math.PI / 4))
  return WAYS[(eighths + 8) % 8] ?? 'n'
}
