/** What the card says of a grid, a unit or an incident. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useNames } from '@/composables/useNames'
import { useTimes } from '@/composables/useTimes'
import { useUnitWords } from '@/composables/useUnitWords'
import { useDuty } from '@/stores/duty'
import { useIncidents } from '@/stores/incidents'
import { usePlaces } from '@/stores/places'
import { useUnits } from '@/stores/units'
import type { Picked } from './usePicking'

interface Lines {
  title: string
  rest: string[]
}

export function useHoverLines(picked: () => Picked) {
  const { t } = useI18n()
  const duty = useDuty()
  const incidents = useIncidents()
  const places = usePlaces()
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

  return computed(() => {
    const { kind, id } = picked()
    if (kind === 'grid') return gridLines(id)
    return kind === 'unit' ? unitLines(id) : incidentLines(id)
  })
}
