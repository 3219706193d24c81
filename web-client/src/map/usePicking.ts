/** What lies under the pointer: an incident before a unit before a grid. */
import type { MapMouseEvent } from 'maplibre-gl'
import { onUnmounted } from 'vue'
import { useMap } from './context'
import { GRID_FILL, INCIDENT_MARKS, UNIT_MARKS } from './style'

export interface Picked {
  kind: 'incident' | 'unit' | 'grid'
  id: string
}

const KEYS = [
  [INCIDENT_MARKS, 'incident', 'incident'],
  [UNIT_MARKS, 'unit', 'member'],
  [GRID_FILL, 'grid', 'code'],
] as const

export function usePicking(on: {
  hover: (picked: Picked | null, at: { x: number; y: number }) => void
  click: (picked: Picked | null) => void
}): void {
  const map = useMap()

  function under({ point }: MapMouseEvent): Picked | null {
    for (const [layer, kind, key] of KEYS) {
      if (!map.getLayer(layer)) continue
      const found = map.queryRenderedFeatures(point, { layers: [layer] })[0]
      const id: unknown = found?.properties[key]
      if (typeof id === 'string') return { kind, id }
    }
    return null
  }

  const move = (event: MapMouseEvent) => {
    const picked = under(event)
    map.getCanvas().style.cursor = picked && picked.kind !== 'grid' ? 'pointer' : ''
    on.hover(picked, event.point)
  }
  const leave = (event: MapMouseEvent) => on.hover(null, event.point)
  const click = (event: MapMouseEvent) => on.click(under(event))
  map.on('mousemove', move)
  map.on('mouseout', leave)
  map.on('click', click)
  onUnmounted(() => {
    map.off('mousemove', move)
    map.off('mouseout', leave)
    map.off('click', click)
  })
}
