/** What the card says of what lies under the pointer. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNames } from '@/composables/useNames'
import { useTimes } from '@/composables/useTimes'
import { useUnitWords } from '@/composables/useUnitWords'
import { useDuty } from '@/stores/duty'
import { useIncidents } from '@/stores/incidents'
import { usePlaces } from '@/stores/places'
import { useSites } from '@/stores/sites'
import { useUnits } from '@/stores/units'
import { isGroup, type Picked } from './usePicking'

interface Lines {
  title: string
  rest: string[]
}

export function useHoverLines(picked: () => Picked) {
  const { t } = useI18n()
  const duty = useDuty()
  const incidents = useIncidents()
  const places = usePlaces()
  const sites = useSites()
  const units = useUnits()
  const names = useNames()
  const times = useTimes()
  const { teamName } = useUnitWords()

  function gridLines(code: string): Lines {
    const grid = places.gridsByCode.get(code)?.properties
    const open = incidents.open.filter((incident) => incident.grid === code).length
    const count = open > 0 ? t('desk.grid.open', { n: open }) : t('desk.grid.none')
    return { title: names.grid(code), rest: [`${grid?.kind ?? ''} · ${code}`, count] }
  }

  function unitLines(id: string): Lines {
    const unit = units.byMember.get(id)
    const one = duty.byMember.get(id)
    if (!unit) return { title: id, rest: [] }
    const rest = [t(`force.${unit.member.force}`), times.age(unit.fix.at_ms)]
    if (one) rest.splice(1, 0, teamName(one))
    return { title: unit.member.name, rest }
  }

  function incidentLines(id: string): Lines {
    const incident = incidents.byId.get(id)
    if (!incident) return { title: id, rest: [] }
    return {
      title: names.kind(incident.kind_final ?? incident.kind_first),
      rest: [
        incident.number,
        `${t(`state.${incident.state}`)} · ${times.age(incident.received_ms)}`,
        incident.grid === null ? t('desk.detail.noPoint') : names.grid(incident.grid),
      ],
    }
  }

  function placeLines(name: string, kind: string, grid: string | null): Lines {
    return { title: name, rest: grid === null ? [kind] : [kind, names.grid(grid)] }
  }

  function stationLines(id: string): Lines {
    const station = sites.stationsById.get(id)
    if (!station) return { title: id, rest: [] }
    return placeLines(station.name, t(`map.layer.${station.kind}`), station.grid)
  }

  function checkpointLines(id: string): Lines {
    const point = sites.checkpointsById.get(id)
    if (!point) return { title: id, rest: [] }
    const kind = point.must_visit ? t('map.mustVisit') : t('map.layer.checkpoints')
    return placeLines(point.name, kind, point.grid)
  }

  const LINES = {
    grid: gridLines,
    unit: unitLines,
    incident: incidentLines,
    station: stationLines,
    checkpoint: checkpointLines,
  }

  return computed(() => {
    const one = picked()
    if (!isGroup(one)) return LINES[one.kind](one.id)
    return { title: t(`map.group.${one.kind}`, { n: one.count }), rest: [t('map.group.open')] }
  })
}
