/** The on-duty teams for an incident, with straight-line distances as of now. */
import { computed } from 'vue'
import type { Incident } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useDuty } from '@/stores/duty'
import { usePlaces } from '@/stores/places'
import { useUnits } from '@/stores/units'
import { teamChoices } from './team-choices'

export function useTeamChoices(incident: () => Incident) {
  const clock = useClock()
  const duty = useDuty()
  const places = usePlaces()
  const units = useUnits()

  return computed(() =>
    teamChoices(incident(), {
      present: duty.teamsPresent,
      teams: places.teamsById,
      fixOf: (member) => units.byMember.get(member)?.fix,
      ownGrids: (org) => places.organisationsById.get(org)?.grids ?? [],
      now_ms: clock.now_ms,
    }),
  )
}
