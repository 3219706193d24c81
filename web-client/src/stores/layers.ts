/** Which layers of the map are shown; this browser remembers. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { STATION_KINDS, type StationKind } from '@/api/places'

const BASE = ['incidents', 'units', 'grids', 'areas', 'streets', 'checkpoints'] as const
export type Layer = (typeof BASE)[number] | StationKind
export const LAYERS: readonly Layer[] = [...BASE, ...STATION_KINDS]

/** What is switched off is kept, so that a layer that comes with a later version is shown. */
const STORED = 'xunfang.layers.off'

function stored(): Set<Layer> {
  const names = (localStorage.getItem(STORED) ?? '').split(' ')
  return new Set(LAYERS.filter((layer) => names.includes(layer)))
}

export const useLayers = defineStore('layers', () => {
  const off = shallowRef(stored())

  const stationKinds = computed<StationKind[]>(() =>
    STATION_KINDS.filter((kind) => !off.value.has(kind)),
  )

  const shown = (layer: Layer) => !off.value.has(layer)

  function keep(next: Set<Layer>): void {
    off.value = next
    localStorage.setItem(STORED, [...next].join(' '))
  }

  function set(layer: Layer, on: boolean): void {
    const next = new Set(off.value)
    if (on) next.delete(layer)
    else next.add(layer)
    keep(next)
  }

  return { off, stationKinds, shown, set, showAll: () => keep(new Set()) }
})
