/** Where the map looks. */
import type { Geometry, Position } from 'geojson'
import type { Map } from 'maplibre-gl'
import type { Point } from '@/protocol'
import { bounds } from '@/stores/geometry'
import { usePlaces } from '@/stores/places'
import { boxOf } from './features'

const CLOSE_ENOUGH = 13.5
/** Near enough for the name of a single place. */
const NEAR = 15.5
const MOVE_MS = 300

export function useView(map: Map) {
  const places = usePlaces()

  /** The whole district. */
  function home(): void {
    const box = bounds(places.grids.features.map(({ geometry }) => geometry))
    if (box) map.fitBounds(box, { padding: 32, animate: false })
  }

  /** Brings a point into view; one that is well in sight moves nothing. */
  function show({ lng, lat }: Point): void {
    const { x, y } = map.project([lng, lat])
    const { clientWidth, clientHeight } = map.getContainer()
    const margin = 60
    const inSight =
      x > margin && x < clientWidth - margin && y > margin && y < clientHeight - margin
    if (inSight && map.getZoom() >= CLOSE_ENOUGH) return
    const zoom = Math.max(map.getZoom(), CLOSE_ENOUGH)
    map.easeTo({ center: [lng, lat], zoom, duration: MOVE_MS })
  }

  function near({ lng, lat }: Point): void {
    map.easeTo({ center: [lng, lat], zoom: Math.max(map.getZoom(), NEAR), duration: MOVE_MS })
  }

  function fit(shapes: Geometry[]): void {
    const points = shapes.flatMap(positions).map(([lng = 0, lat = 0]) => ({ lng, lat }))
    map.fitBounds(boxOf(points), { padding: 80, maxZoom: NEAR, duration: MOVE_MS })
  }

  return { home, show, near, fit }
}

function positions(shape: Geometry): Position[] {
  if (shape.type === 'GeometryCollection') return shape.geometries.flatMap(positions)
  if (shape.type === 'Point') return [shape.coordinates]
  if (shape.type === 'LineString' || shape.type === 'MultiPoint') return shape.coordinates
  if (shape.type === 'MultiPolygon') return shape.coordinates.flat(2)
  return shape.coordinates.flat()
}
