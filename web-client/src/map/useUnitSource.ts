/**
 * Draws the units: at most one picture is on its way to the map at a time, and what changes
 * meanwhile makes one more. A clock tick costs nothing until somebody's age shows.
 */
import type { GeoJSONSource } from 'maplibre-gl'
import { onUnmounted, watch } from 'vue'
import { useClock } from '@/stores/clock'
import { useSelection } from '@/stores/selection'
import { useUnits } from '@/stores/units'
import { useMap } from './context'
import { marks, type Box } from './features'
import { unitPicture } from './unit-marks'
import { useOwnSource, type OwnLayer } from './useSource'

/** How far beyond the screen units are drawn, in screens: a pan must not find it empty. */
const AROUND = 0.5

export function useUnitSource(id: string, layers: OwnLayer[]): void {
  const map = useMap()
  const clock = useClock()
  const selection = useSelection()
  const units = useUnits()
  let turns_ms = Infinity
  let drawing = false
  let again = false

  useOwnSource(id, marks([]), layers, { slot: 'units' })

  function box(): Box {
    const seen = map.getBounds()
    const [west, east] = [seen.getWest(), seen.getEast()]
    const [south, north] = [seen.getSouth(), seen.getNorth()]
    const [x, y] = [(east - west) * AROUND, (north - south) * AROUND]
    return [west - x, south - y, east + x, north + y]
  }

  async function draw(): Promise<void> {
    again = drawing
    if (drawing) return
    const source = map.getSource<GeoJSONSource>(id)
    if (!source) return
    drawing = true
    const { selected } = selection
    const picture = unitPicture(units.byMember.values(), {
      now_ms: clock.now_ms,
      zoom: map.getZoom(),
      box: box(),
      selected: selected?.kind === 'unit' ? selected.id : null,
    })
    turns_ms = picture.turns_ms
    // It fails only for a map that has gone.
    await source.setData(picture.marks).catch(() => undefined)
    drawing = false
    if (again) void draw()
  }

  const redraw = () => void draw()
  watch([() => units.changes, () => selection.selected], redraw, { immediate: true })
  watch(
    () => clock.now_ms,
    (now_ms) => {
      if (now_ms >= turns_ms) redraw()
    },
  )
  map.on('moveend', redraw)
  onUnmounted(() => map.off('moveend', redraw))
}
