/** A click or Enter on what was picked: a unit or an incident is selected, a group opens. */
import type { Map } from 'maplibre-gl'
import { onUnmounted, ref, shallowRef } from 'vue'
import { useSelection } from '@/stores/selection'
import { NEAREST_ZOOM, parts } from './incident-marks'
import { isGroup, type Picked, type PickedGroup } from './usePicking'

const PADDING_PX = 80

export function useOpening(map: Map) {
  const selection = useSelection()
  /** A place whose card stays until the next click. */
  const pinned = shallowRef<Picked | null>(null)
  /** One of the incidents at a place that are fanned out. */
  const opened = ref<string | null>(null)

  function openGroup({ kind, id, box }: PickedGroup): void {
    const [west, south, east, north] = box
    const corners = [
      { lng: west, lat: south },
      { lng: east, lat: north },
    ]
    if (kind === 'incidents' && !parts(corners)) {
      opened.value = id
      return
    }
    map.fitBounds(box, {
      padding: PADDING_PX,
      maxZoom: kind === 'units' ? map.getZoom() + 3 : NEAREST_ZOOM,
      duration: 300,
    })
  }

  function open(picked: Picked | null): void {
    const before = pinned.value
    pinned.value = null
    if (picked === null) opened.value = null
    else if (isGroup(picked)) openGroup(picked)
    else if (picked.kind === 'incident' || picked.kind === 'unit')
      selection.select(picked.kind, picked.id)
    else {
      opened.value = null
      if (before?.id !== picked.id) pinned.value = picked
    }
  }

  const close = () => (opened.value = null)
  map.on('zoomstart', close)
  onUnmounted(() => map.off('zoomstart', close))

  return { opened, pinned, open }
}
