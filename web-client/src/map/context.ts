/** How layers find their map. */
import type { Map } from 'maplibre-gl'
import { inject, provide, type InjectionKey } from 'vue'

const KEY: InjectionKey<Map> = Symbol('map')

export function provideMap(map: Map): void {
  provide(KEY, map)
}

/** The map that this layer lies on; its style is loaded. */
export function useMap(): Map {
  const map = inject(KEY)
  if (!map) throw new Error('a layer lies inside a map')
  return map
}

declare global {
  interface Window {
    /**
     * The desk's map, for browser tests that read what is drawn (`queryRenderedFeatures`,
     * `project`). Nothing in the client uses it.
     */
    __xunfangMap?: Map
  }
}
