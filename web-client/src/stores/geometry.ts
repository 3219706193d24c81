/** Plane geometry on small polygons in degrees; good inside a district. */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { Point } from '@/protocol'

type Shape = Polygon | MultiPolygon

const EARTH_M = 6_371_008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Great-circle distance in metres. */
export function distance_m(a: Point, b: Point): number {
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2
  const h =
    half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lng, b.lng)
  return 2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, h)))
}

function rings(shape: Shape): Position[][] {
  return shape.type === 'Polygon' ? shape.coordinates : shape.coordinates.flat()
}

/** Longitudes where the parallel `lat` crosses the shape's edges, ascending. */
function crossings(shape: Shape, lat: number): number[] {
  const found: number[] = []
  for (const ring of rings(shape)) {
    for (let n = 1; n < ring.length; n++) {
      const [x1 = 0, y1 = 0] = ring[n - 1] ?? []
      const [x2 = 0, y2 = 0] = ring[n] ?? []
      if (y1 > lat !== y2 > lat) found.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1))
    }
  }
  return found.sort((a, b) => a - b)
}

/** Whether the point lies inside; holes are outside. */
export function contains(shape: Shape, { lng, lat }: Point): boolean {
  return crossings(shape, lat).filter((x) => x <= lng).length % 2 === 1
}

/** A point that is inside for certain: the middle of the widest part at half height. */
export function labelPoint(shape: Shape): Point {
  const lats = rings(shape).flatMap((ring) => ring.map((position) => position[1] ?? 0))
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2
  const xs = crossings(shape, lat)
  let best: [number, number] = [xs[0] ?? 0, xs[0] ?? 0]
  for (let n = 1; n < xs.length; n += 2) {
    const pair: [number, number] = [xs[n - 1] ?? 0, xs[n] ?? 0]
    if (pair[1] - pair[0] > best[1] - best[0]) best = pair
  }
  return { lng: (best[0] + best[1]) / 2, lat }
}

/** West, south, east, north of some shapes; null for none. */
export function bounds(shapes: Shape[]): [number, number, number, number] | null {
  const all = shapes.flatMap((shape) => rings(shape).flat())
  if (all.length === 0) return null
  const xs = all.map((position) => position[0] ?? 0)
  const ys = all.map((position) => position[1] ?? 0)
  const low = (values: number[]) => values.reduce((a, b) => Math.min(a, b))
  const high = (values: number[]) => values.reduce((a, b) => Math.max(a, b))
  return [low(xs), low(ys), high(xs), high(ys)]
}
