/** Draws a circle by dragging from its middle; the map stands still meanwhile. */
import type { MapMouseEvent } from 'maplibre-gl'
import { onUnmounted, watch } from 'vue'
import { MAX_RADIUS_M, MIN_RADIUS_M } from '@/composables/circle'
import type { Point } from '@/protocol'
import { useCircle } from '@/stores/circle'
import { distance_m } from '@/stores/geometry'
import { useMap } from './context'

export function useCircleDrag(): void {
  const map = useMap()
  const circle = useCircle()
  let centre: Point | null = null

  function down(event: MapMouseEvent): void {
    event.preventDefault()
    centre = { lng: event.lngLat.lng, lat: event.lngLat.lat }
    circle.clear()
    map.once('mouseup', up)
  }

  function move({ lngLat }: MapMouseEvent): void {
    if (!centre) return
    const radius_m = Math.min(MAX_RADIUS_M, distance_m(centre, lngLat))
    if (radius_m >= MIN_RADIUS_M) circle.draw(centre, radius_m)
  }

  function up(): void {
    centre = null
    if (circle.circle) circle.finish()
  }

  function listen(open: boolean): void {
    map.off('mousedown', down)
    map.off('mousemove', move)
    map.getCanvas().style.cursor = ''
    centre = null
    if (!open) return
    map.on('mousedown', down)
    map.on('mousemove', move)
  }

  watch(() => circle.open, listen, { immediate: true })
  onUnmounted(() => listen(false))
}
