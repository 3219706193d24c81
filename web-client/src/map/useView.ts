/** Where the map looks. */
import type { Map } from 'maplibre-gl'
import type { Point } from '@/protocol'
import { bounds } from '@/stores/geometry'
import { usePlaces } from '@/stores/places'

const CLOSE_ENOUGH = 13.5

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
    map.easeTo({ center: [lng, lat], zoom: Math.max(map.getZoom(), CLOSE_ENOUGH), duration: 300 })
  }

  return { home, show }
}
