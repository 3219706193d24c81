/** One GeoJSON source that follows a value; it leaves the map with its component. */
import type { GeoJSON } from 'geojson'
import type { GeoJSONSource, LayerSpecification } from 'maplibre-gl'
import { onUnmounted, watch } from 'vue'
import { useMap } from './context'
import { endOf, type Slot } from './style'

/** A layer of this source. */
export type OwnLayer = LayerSpecification extends infer L
  ? L extends { source: string }
    ? Omit<L, 'source'>
    : never
  : never

export function useSource(
  id: string,
  data: () => GeoJSON,
  layers: OwnLayer[],
  options: { slot: Slot; promoteId?: string },
): void {
  useOwnSource(id, data(), layers, options)
  const map = useMap()
  watch(data, (now) => {
    const source = map.getSource<GeoJSONSource>(id)
    void source?.setData(now)
  })
}

/** A source that its component feeds itself. */
export function useOwnSource(
  id: string,
  data: GeoJSON,
  layers: OwnLayer[],
  { slot, promoteId }: { slot: Slot; promoteId?: string },
): void {
  const map = useMap()
  map.addSource(id, { type: 'geojson', data, ...(promoteId ? { promoteId } : {}) })
  for (const layer of layers) map.addLayer({ ...layer, source: id }, endOf(slot))

  onUnmounted(() => {
    for (const layer of layers) if (map.getLayer(layer.id)) map.removeLayer(layer.id)
    if (map.getSource(id)) map.removeSource(id)
  })
}
