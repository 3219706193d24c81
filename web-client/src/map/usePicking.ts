/** What lies under the pointer, or under the cross in the middle: an incident before a unit before a place. */
import type { MapGeoJSONFeature, MapMouseEvent } from 'maplibre-gl'
import { onUnmounted } from 'vue'
import { useMap } from './context'
import type { Box } from './features'
import {
  CHECKPOINT_MARKS,
  GRID_FILL,
  INCIDENT_MARKS,
  STATION_MARKS,
  UNIT_CLUSTERS,
  UNIT_MARKS,
} from './style'

export interface PickedOne {
  kind: 'incident' | 'unit' | 'station' | 'checkpoint' | 'grid'
  id: string
}
/** Several that are drawn as one mark. */
export interface PickedGroup {
  kind: 'incidents' | 'units'
  id: string
  count: number
  box: Box
}
export type Picked = PickedOne | PickedGroup

export const isGroup = (picked: Picked): picked is PickedGroup => 'box' in picked

const LAYERS = [
  [INCIDENT_MARKS, 'incident', 'incident'],
  [UNIT_MARKS, 'unit', 'member'],
  [UNIT_CLUSTERS, 'unit', 'member'],
  [CHECKPOINT_MARKS, 'checkpoint', 'id'],
  [STATION_MARKS, 'station', 'id'],
  [GRID_FILL, 'grid', 'code'],
] as const

/** A mark that stands for several has `count`. */
function group({ properties }: MapGeoJSONFeature): PickedGroup | null {
  const { count, stack, west, south, east, north } = properties as Record<string, unknown>
  if (typeof count !== 'number') return null
  const box = [west, south, east, north].map(Number) as Box
  if (typeof stack === 'string') return { kind: 'incidents', id: stack, count, box }
  return { kind: 'units', id: box.join(), count, box }
}

export function useUnder() {
  const map = useMap()
  /** What is drawn within so many pixels of a place on the screen. */
  return ({ x, y }: { x: number; y: number }, reach_px = 0): Picked | null => {
    for (const [layer, kind, key] of LAYERS) {
      if (!map.getLayer(layer)) continue
      const reach = kind === 'grid' ? 0 : reach_px
      const [found] = map.queryRenderedFeatures(
        [
          [x - reach, y - reach],
          [x + reach, y + reach],
        ],
        { layers: [layer] },
      )
      if (!found) continue
      const id: unknown = found.properties[key]
      const picked = typeof id === 'string' ? { kind, id } : group(found)
      if (picked) return picked
    }
    return null
  }
}

export function usePicking(on: {
  hover: (picked: Picked | null, at: { x: number; y: number }) => void
  click: (picked: Picked | null) => void
}): void {
  const map = useMap()
  const under = useUnder()

  const move = ({ point }: MapMouseEvent) => {
    const picked = under(point)
    map.getCanvas().style.cursor = picked && picked.kind !== 'grid' ? 'pointer' : ''
    on.hover(picked, point)
  }
  const leave = (event: MapMouseEvent) => on.hover(null, event.point)
  const click = ({ point }: MapMouseEvent) => on.click(under(point))
  map.on('mousemove', move)
  map.on('mouseout', leave)
  map.on('click', click)
  onUnmounted(() => {
    map.off('mousemove', move)
    map.off('mouseout', leave)
    map.off('click', click)
  })
}
