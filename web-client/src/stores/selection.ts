/** What the dispatcher looks at: one incident or one member. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export type Selected = { kind: 'incident' | 'unit'; id: string }

export const useSelection = defineStore('selection', () => {
  const selected = shallowRef<Selected | null>(null)
  /** The one that the map should bring into view; a new value each time it is asked. */
  const wanted = shallowRef<Selected | null>(null)

  function select(kind: Selected['kind'], id: string): void {
    selected.value = { kind, id }
  }

  /** Selects it and shows it on the map. */
  function show(kind: Selected['kind'], id: string): void {
    select(kind, id)
    wanted.value = { kind, id }
  }

  /** Shows it on the map, and leaves the detail as it is. */
  function locate(kind: Selected['kind'], id: string): void {
    wanted.value = { kind, id }
  }

  function clear(): void {
    selected.value = null
  }

  return { selected, wanted, select, show, locate, clear }
})
