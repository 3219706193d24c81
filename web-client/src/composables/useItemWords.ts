/** What an item of the outbox is, and how it stands, in words. */
import { useI18n } from 'vue-i18n'
import type { Item } from '@/live'
import type { Request } from '@/protocol'
import { useIncidents } from '@/stores/incidents'
import { useRounds } from '@/stores/rounds'
import { useFailure } from './useFailure'
import { useNames } from './useNames'
import { useTimes } from './useTimes'

export function useItemWords() {
  const { t, te } = useI18n()
  const incidents = useIncidents()
  const names = useNames()
  const rounds = useRounds()
  const times = useTimes()
  const { refusalWords } = useFailure()

  function stepWords(step: string, incident: string): string {
    const name = te(`step.${step}`) ? t(`step.${step}`) : step
    const known = incidents.byId.get(incident)
    return known ? `${name} · ${names.kind(known.kind_first)} ${known.number.slice(-4)}` : name
  }

  function detail(request: Request): string {
    switch (request.type) {
      case 'report_incident':
        return [names.kind(request.kind), request.text].filter(Boolean).join(' · ')
      case 'withdraw_sos':
        return request.reason
      case 'check_in':
        return rounds.checkpointsById.get(request.checkpoint)?.name ?? ''
      case 'move_incident':
      case 'move_assignment':
        return stepWords(request.move.step, request.incident)
      case 'post_message':
        return request.body
      default:
        return ''
    }
  }

  const what = ({ request }: Item) =>
    t(`outbox.what.${request.type}`, { detail: detail(request) }).replace(/[：:]\s*$/, '')

  function state({ state, delivered_ms, refusal }: Item): string {
    if (state === 'refused' && refusal) return refusalWords(refusal)
    return t(`outbox.state.${state}`, { time: times.short(delivered_ms ?? 0) })
  }

  return { what, state }
}
