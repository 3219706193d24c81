/** Brings what was found into view and marks it, also what no layer shows. */
import type { Geometry } from 'geojson'
import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ageOf } from '@/composables/age'
import { useTimes } from '@/composables/useTimes'
import type { Point } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useLayers } from '@/stores/layers'
import { usePlaces } from '@/stores/places'
import { useSelection } from '@/stores/selection'
import { useSites } from '@/stores/sites'
import { useUnits } from '@/stores/units'
import type { useView } from './useView'
import type { Hit } from './useSearch'

export interface Found {
  title: string
  shapes: Geometry[]
}

export function useFound(view: ReturnType<typeof useView>) {
  const { t } = useI18n()
  const clock = useClock()
  const layers = useLayers()
  const places = usePlaces()
  const selection = useSelection()
  const sites = useSites()
  const times = useTimes()
  const units = useUnits()
  const found = shallowRef<Found | null>(null)

  function unit({ id, title }: Hit): void {
    selection.show('unit', id)
    const held = units.byMember.get(id)
    if (!held) return
    const { at_ms, point } = held.fix
    const seen = held.shown && ageOf(at_ms, clock.now_ms) !== 'gone'
    if (seen && layers.shown('units')) return
    const last = seen ? times.age(at_ms) : t('map.lastAt', { time: times.short(at_ms) })
    found.value = { title: `${title} · ${last}`, shapes: [dot(point)] }
  }

  function shapesOf({ kind, id }: Hit): Geometry[] {
    const { features } = places.grids
    if (kind === 'street')
      return sites.streets.features
        .filter(({ properties }) => properties.name === id)
        .map(({ geometry }) => geometry)
    if (kind === 'area')
      return features.filter(({ properties }) => properties.area === id).map((one) => one.geometry)
    const grid = places.gridsByCode.get(id)
    return grid ? [grid.geometry] : []
  }

  function pointOf({ kind, id }: Hit): Point | undefined {
    const [lng = 0, lat = 0] = id.split(',').map(Number)
    if (kind === 'point') return { lng, lat }
    if (kind === 'station') return sites.stationsById.get(id)?.point
    return kind === 'checkpoint' ? sites.checkpointsById.get(id)?.point : undefined
  }

  function go(hit: Hit): void {
    found.value = null
    if (hit.kind === 'unit') {
      unit(hit)
      return
    }
    if (hit.kind === 'incident') {
      selection.show('incident', hit.id)
      return
    }
    const point = pointOf(hit)
    const shapes = point ? [dot(point)] : shapesOf(hit)
    if (shapes.length === 0) return
    found.value = { title: hit.title, shapes }
    if (point) view.near(point)
    else view.fit(shapes)
  }

  return { found, go, clear: () => (found.value = null) }
}

const dot = ({ lng, lat }: Point): Geometry => ({ type: 'Point', coordinates: [lng, lat] })
