/** The steps of a called team, and a police officer's review, on the phone. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AssignmentMove, Incident, IncidentMove } from '@/protocol'
import { useDuty } from '@/stores/duty'
import { useLocation } from '@/stores/location'
import { useOutbox } from '@/stores/outbox'
import { useSession } from '@/stores/session'
import { isPoliceMatter } from '@/protocol'
import { foreseen } from './foreseen'
import { useFailure } from './useFailure'
import { useSend } from './useSend'
import { callOf } from './useTasks'

export type TaskStep =
  'take' | 'decline' | 'depart' | 'arrive' | 'complete' | 'record' | 'feedback' | 'review' | 'rate'

export function useTaskMoves(known: () => Incident) {
  const { t } = useI18n()
  const duty = useDuty()
  const location = useLocation()
  const outbox = useOutbox()
  const session = useSession()
  const failing = useFailure()
  const { send } = useSend()

  const waiting = computed(() => outbox.unread.map(({ request }) => request))
  const incident = () => foreseen(known(), waiting.value)

  const call = computed(() => callOf(incident(), duty.mine?.team ?? session.member?.team ?? null))

  /** What can be done now, the ordinary next step first. */
  const steps = computed<TaskStep[]>(() => {
    const { state, top, reporter, flags } = incident()
    const me = session.member
    if (flags.suspended) return []
    const found: TaskStep[] = []
    if (call.value?.state === 'called') found.push('take', 'decline')
    if (call.value?.state === 'taken') found.push('depart', 'arrive')
    if (call.value?.state === 'en_route') found.push('arrive')
    if (call.value?.state === 'on_scene') {
      if (!call.value.lead) found.push('complete')
      else
        found.push(...((state === 'handling' ? ['feedback', 'record'] : ['record']) as TaskStep[]))
    }
    if (state === 'review' && me?.force === 'police' && isPoliceMatter(top)) found.push('review')
    if (state === 'closed' && me !== null && reporter === me.id) found.push('rate')
    return found
  })

  function moveCall(step: AssignmentMove): Promise<boolean> {
    return failing.attempt(async () => {
      if (!call.value) return
      await send({
        type: 'move_assignment',
        incident: incident().id,
        assignment: call.value.id,
        move: step,
      })
    })
  }

  function moveIncident(step: IncidentMove): Promise<boolean> {
    return failing.attempt(() =>
      send({ type: 'move_incident', incident: incident().id, move: step }),
    )
  }

  /** Arrives with the phone's position, or with a reason why there is none. */
  function arrive(manual_reason: string | null): Promise<boolean> {
    const point = manual_reason === null ? (location.fix?.point ?? null) : null
    return moveCall({ step: 'arrive', point, manual_reason })
  }

  /** 完成 in one tap: a support's part, or the lead's record and result in the shortest words, with
   *  the kind as reported; the review may send it back. */
  function finish(): Promise<boolean> {
    if (call.value?.lead === false) return moveCall({ step: 'complete' })
    const { id, state, kind_first, kind_final } = incident()
    const move = (move: IncidentMove) => send({ type: 'move_incident', incident: id, move })
    return failing.attempt(async () => {
      if (state === 'on_scene') await move({ step: 'record', note: t('patrol.tasks.doneNote') })
      const kind = kind_final ?? kind_first
      await move({ step: 'feedback', result: t('patrol.tasks.doneResult'), kind })
    })
  }

  return { ...failing, call, steps, moveCall, moveIncident, arrive, finish }
}
