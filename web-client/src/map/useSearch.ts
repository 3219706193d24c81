/** What can be found on the map, and what is said of each hit. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { ageOf } from '@/composables/age'
import { parsePoint, rank, type Entry, type HitKind } from '@/composables/search'
import { useNames } from '@/composables/useNames'
import { useTimes } from '@/composables/useTimes'
import { useUnitWords } from '@/composables/useUnitWords'
import { useClock } from '@/stores/clock'
import { useDuty } from '@/stores/duty'
import { useIncidents } from '@/stores/incidents'
import { usePlaces } from '@/stores/places'
import { useSites } from '@/stores/sites'
import { useUnits } from '@/stores/units'

const MOST = 12

export interface Hit {
  kind: HitKind
  id: string
  title: string
  detail: string
}

export function useSearch() {
  const { t } = useI18n()
  const clock = useClock()
  const duty = useDuty()
  const incidents = useIncidents()
  const places = usePlaces()
  const sites = useSites()
  const units = useUnits()
  const names = useNames()
  const times = useTimes()
  const { teamName } = useUnitWords()

  const people = computed<Entry[]>(() =>
    duty.all.map(({ member }) => ({ kind: 'unit', id: member.id, title: member.name })),
  )
  const matters = computed<Entry[]>(() =>
    incidents.all.map(({ id, number }) => ({ kind: 'incident', id, title: number })),
  )
  const fixed = computed<Entry[]>(() => [
    ...[...new Set(sites.streets.features.map(({ properties }) => properties.name))].map(
      (name): Entry => ({ kind: 'street', id: name, title: name }),
    ),
    ...sites.stations.map(({ id, name }): Entry => ({ kind: 'station', id, title: name })),
    ...sites.checkpoints.map(({ id, name }): Entry => ({ kind: 'checkpoint', id, title: name })),
    ...places.areas.map(({ code, name }): Entry => ({
      kind: 'area',
      id: code,
      title: name,
      also: [code],
    })),
    ...[...places.gridsByCode.keys()].map((code): Entry => ({
      kind: 'grid',
      id: code,
      title: names.grid(code),
      also: [code],
    })),
  ])

  /** Where somebody is, or was last: also of one who is no longer drawn. */
  function unitDetail(id: string): string {
    const one = duty.byMember.get(id)
    const unit = units.byMember.get(id)
    const team = one ? teamName(one) : ''
    if (!unit) {
      const declined = one?.shift.consent_version === null
      return `${team} · ${declined ? t('desk.units.noPosition') : t('age.none')}`
    }
    const { at_ms } = unit.fix
    const seen = unit.shown && ageOf(at_ms, clock.now_ms) !== 'gone'
    return `${team} · ${seen ? times.age(at_ms) : t('map.lastAt', { time: times.short(at_ms) })}`
  }

  function incidentDetail(id: string): string {
    const incident = incidents.byId.get(id)
    if (!incident) return ''
    const kind = names.kind(incident.kind_final ?? incident.kind_first)
    return `${kind} · ${t(`state.${incident.state}`)}`
  }

  function detail({ kind, id }: Entry): string {
    if (kind === 'unit') return unitDetail(id)
    if (kind === 'incident') return incidentDetail(id)
    if (kind === 'grid') return id
    const station = kind === 'station' ? sites.stationsById.get(id) : undefined
    return station ? t(`map.layer.${station.kind}`) : ''
  }

  function find(query: string): Hit[] {
    const point = parsePoint(query)
    const coordinates: Hit[] = []
    if (point) {
      const grid = places.gridAt(point)
      coordinates.push({
        kind: 'point',
        id: `${point.lng},${point.lat}`,
        title: `${point.lat}, ${point.lng}`,
        detail: grid ? names.grid(grid.code) : t('map.outside'),
      })
    }
    const entries = rank(query, [...people.value, ...matters.value, ...fixed.value], MOST)
    return [...coordinates, ...entries.map((one) => ({ ...one, detail: detail(one) }))]
  }

  return { find }
}
