/** Team choices whose order stays as it was when they were opened, while their figures move on. */
import { computed, shallowRef, watch } from 'vue'
import type { Incident } from '@/protocol'
import { quietOrder } from './quiet-order'
import { useTeamChoices } from './useTeamChoices'

export function useStillChoices(incident: () => Incident) {
  const choices = useTeamChoices(incident)
  const order = shallowRef(choices.value.map(({ team }) => team.id))

  watch(choices, (now) => {
    const { shown, waiting } = quietOrder(
      order.value,
      now.map(({ team }) => team.id),
      true,
    )
    // Teams that came on duty since then stand at the end.
    order.value = [...shown, ...waiting]
  })

  return computed(() => {
    const byTeam = new Map(choices.value.map((choice) => [choice.team.id, choice]))
    return order.value.flatMap((id) => byTeam.get(id) ?? [])
  })
}
