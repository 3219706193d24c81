/** Moves of one incident by the desk, with what came of them in words. */
import { computed } from 'vue'
import type { Incident, IncidentMove, IncidentStep } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useDesk } from '@/stores/desk'
import { useLink } from '@/stores/link'
import { useSession } from '@/stores/session'
import { deskSteps, reviewIsForPolice } from './steps'
import { useFailure } from './useFailure'

/** Steps with a button or a form of their own; the others stand under 更多. */
const OWN_BUTTON: readonly IncidentStep[] = ['accept', 'dispatch', 'approve', 'send_back', 'rate']

export function useIncidentMoves(incident: () => Incident) {
  const clock = useClock()
  const desk = useDesk()
  const link = useLink()
  const session = useSession()
  const failing = useFailure()

  const steps = computed(() => (session.member ? deskSteps(incident(), session.member) : []))
  const next = computed(() => {
    if (steps.value.includes('resume')) return 'resume'
    const first = steps.value[0]
    return first !== undefined && OWN_BUTTON.includes(first) ? first : null
  })
  const more = computed(() =>
    steps.value.filter((step) => step !== next.value && !OWN_BUTTON.includes(step)),
  )
  const policeOnly = computed(
    () =>
      incident().state === 'review' &&
      session.member !== null &&
      reviewIsForPolice(incident(), session.member),
  )

  function move(step: IncidentMove): Promise<boolean> {
    const { id } = incident()
    return failing.attempt(async () => {
      await link.request({ type: 'move_incident', incident: id, move: step })
      desk.remember(id)
    })
  }

  return { ...failing, steps, next, more, policeOnly, move, now_ms: () => clock.read() }
}
