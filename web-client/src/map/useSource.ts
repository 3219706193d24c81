/** One GeoJSON source that follows a value; it leaves the map with its component. */
import type { GeoJSON } from 'geojson'
import type { GeoJSONSource, LayerSpecification } from 'maplibre-gl'
import { onUnmounted, watch } from 'vue'
import { useMap } from './context'

/** A layer of this source. */
type OwnLayer = LayerSpecification extends infer L
  ? L extends { source: string }
    ? Omit<L, 'source'>
    : never
  : never

export function useSource(
  id: string,
  data: () => GeoJSON,
  layers: OwnLayer[],
  promoteId?: string,
): void {
  const map = useMap()
  map.addSource(id, { type: 'geojson', data: data(), ...(promoteId ? { promoteId } : {}) })
  for (const layer of layers) map.addLayer({ ...layer, source: id })

  watch(data, (now) => {
    const source = map.getSource<GeoJSONSource>(id)
    void source?.setData(now)
  })

  onUnmounted(() => {
    for (const layer of layers) if (map.getLayer(layer.id)) map.removeLayer(layer.id)
    if (map.getSource(id)) map.removeSource(id)
  })
}
