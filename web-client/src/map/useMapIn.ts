/** A map in an element, for as long as its component is there. */
import { Map, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { onBeforeUnmount, onMounted, ref, shallowRef, type ShallowRef } from 'vue'
import { STYLE } from './style'

setWorkerUrl(workerUrl)

export function useMapIn(place: Readonly<ShallowRef<HTMLDivElement | null>>) {
  const map = shallowRef<Map | null>(null)
  const failed = ref(false)

  onMounted(() => {
    if (!place.value) return
    try {
      const made = new Map({
        container: place.value,
        style: STYLE,
        center: [113.23, 30.96],
        zoom: 11,
        attributionControl: false,
        fadeDuration: 0,
        localIdeographFontFamily:
          '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
      })
      made.touchZoomRotate.disableRotation()
      made.keyboard.disableRotation()
      made.once('load', () => {
        map.value = made
        window.__xunfangMap = made
      })
    } catch {
      failed.value = true
    }
  })

  onBeforeUnmount(() => {
    const made = map.value
    map.value = null
    delete window.__xunfangMap
    // After the layers below have gone.
    if (made) queueMicrotask(() => made.remove())
  })

  return { map, failed }
}
