/**
 * What the link brings to the other stores, and what of it is kept in the browser. Invariant: what
 * is kept is what the stores hold, and its cursor stands where the last frame brought them.
 */
import { Views, type Change, type EventOf, type Forgotten, type Kept, type Reset } from '@/live'
import type { Cursor, Event, Incident, Message, OnDuty, Snapshot } from '@/protocol'
import { useAlerts } from './alerts'
import { useClock } from './clock'
import { useDuty } from './duty'
import { useIncidents } from './incidents'
import { useLocated } from './located'
import { useMessages } from './messages'
import { useOutbox } from './outbox'
import { useOwn } from './own'
import { usePlaces } from './places'
import { useRoster } from './roster'
import { useRounds } from './rounds'
import { useSession } from './session'
import { useSites } from './sites'
import { useUnits } from './units'

const rowOf = {
  incident: (value: Incident) => ({ kind: 'incident', id: value.id, value }) as const,
  message: (value: Message) => ({ kind: 'message', id: value.id, value }) as const,
  duty: (value: OnDuty) => ({ kind: 'duty', id: value.member.id, value }) as const,
}

export function useDistrictState() {
  const alerts = useAlerts()
  const clock = useClock()
  const duty = useDuty()
  const incidents = useIncidents()
  const located = useLocated()
  const messages = useMessages()
  const outbox = useOutbox()
  const own = useOwn()
  const places = usePlaces()
  const roster = useRoster()
  const rounds = useRounds()
  const session = useSession()
  const sites = useSites()
  const units = useUnits()

  const views = new Views(
    () => [
      ...incidents.all.map(rowOf.incident),
      ...duty.all.map(rowOf.duty),
      ...[...messages.byChannel.values()].flat().map(rowOf.message),
    ],
    clock.read,
  )

  function show(snapshot: Snapshot): void {
    incidents.replaceAll(snapshot.incidents)
    duty.replaceAll(snapshot.on_duty)
    messages.replaceAll(snapshot.messages)
    units.keepOnly(
      new Set(snapshot.on_duty.map(({ member }) => member.id).filter(located.isLocated)),
    )
  }

  /** Shows what was kept; whether it is of this district. */
  function restore({ district, snapshot }: Kept): boolean {
    if (district !== session.district?.id) return false
    show(snapshot)
    return true
  }

  function reset({ district, snapshot, ...cursor }: Reset): boolean {
    if (district !== session.district?.id) return false
    alerts.clear()
    show(snapshot)
    outbox.eraseTyped(snapshot)
    views.reset(district, { epoch: cursor.epoch, seq: cursor.seq, sight: cursor.sight })
    return true
  }

  function event({ district, event, prev, seq }: EventOf, cursor: Cursor): void {
    if (district !== session.district?.id) return
    outbox.becameText(district, seq, event)
    const change = changeIncidents(event) ?? changePeople(event)
    if (change === null) changePlaces(district, event)
    views.moved(district, prev, cursor, change ?? {})
  }

  function changeIncidents(event: Event): Change | null {
    switch (event.type) {
      case 'incident_changed': {
        alerts.drop(event.incident.id)
        incidents.change(event.incident, event.entry)
        located.called(event.incident)
        const now = incidents.byId.get(event.incident.id) ?? event.incident
        return { put: [rowOf.incident(now)] }
      }
      case 'message_posted':
        messages.add(event.message)
        return { put: [rowOf.message(event.message)] }
      case 'text_erased':
        outbox.erase(event.text)
        return {
          put: [
            ...messages.erase(event.text).map(rowOf.message),
            ...incidents.erase(event.text).map(rowOf.incident),
          ],
        }
      default:
        return null
    }
  }

  function changePeople(event: Event): Change | null {
    switch (event.type) {
      case 'shift_changed': {
        const { id } = event.member
        duty.change(event.shift, event.member)
        located.review(id)
        const now = duty.byMember.get(id)
        return now ? { put: [rowOf.duty(now)] } : { drop: [{ kind: 'duty', id }] }
      }
      case 'consent_changed':
        own.consent = event.consent
        return {}
      case 'track_viewed':
        own.look = event.view
        return {}
      case 'checked_in':
        rounds.take(event.check_in)
        return {}
      case 'member_changed':
        session.change(event.member)
        return {}
      default:
        return null
    }
  }

  function changePlaces(district: string, { type }: Event): void {
    if (type !== 'grids_changed' && type !== 'places_changed') return
    void places.reloadGrids(district).catch(() => undefined)
    if (type === 'grids_changed') return
    if (rounds.loading !== 'idle') void rounds.load(district)
    void roster.reload(district)
    void sites.reload(district)
  }

  /** An incident is out of sight: nothing of it stays, here or on disk. */
  function forget({ district, incident, prev }: Forgotten, cursor: Cursor): void {
    if (district !== session.district?.id) return
    alerts.drop(incident)
    const channel = incidents.forget(incident)
    const said = channel === undefined ? [] : messages.forget(channel)
    const drop = said.map(({ id }) => ({ kind: 'message', id }) as const)
    views.moved(district, prev, cursor, { drop: [{ kind: 'incident', id: incident }, ...drop] })
  }

  /** Nothing of ours happened up to here. */
  function passed(district: string, prev: number, cursor: Cursor): void {
    if (district === session.district?.id) views.moved(district, prev, cursor, {})
  }

  return { views, restore, reset, event, forget, passed }
}
