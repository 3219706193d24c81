/** The link to the server: its state in one word, since when, and what it brings to the other stores. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import {
  Link,
  NoAnswer,
  type EventOf,
  type Forgotten,
  type LinkStatus,
  type Reset,
  type Welcome,
} from '@/live'
import { newId, type Fix, type Outcome, type Refusal, type Request } from '@/protocol'
import { useClock } from './clock'
import { useDuty } from './duty'
import { useIncidents } from './incidents'
import { useLocated } from './located'
import { useMessages } from './messages'
import { useOwn } from './own'
import { usePlaces } from './places'
import { useRoster } from './roster'
import { useRounds } from './rounds'
import { useSession } from './session'
import { useSites } from './sites'
import { useUnits } from './units'

export const useLink = defineStore('link', () => {
  const clock = useClock()
  const duty = useDuty()
  const incidents = useIncidents()
  const located = useLocated()
  const messages = useMessages()
  const own = useOwn()
  const places = usePlaces()
  const roster = useRoster()
  const rounds = useRounds()
  const session = useSession()
  const sites = useSites()
  const units = useUnits()

  const status = ref<LinkStatus>('connecting')
  const since_ms = ref(clock.read())
  /** False until the first snapshot: an empty list then means "not read yet". */
  const loaded = ref(false)
  /** Why positions are not taken, until they are again. */
  const problem = shallowRef<Refusal | null>(null)
  /** Whether this screen asked for positions. */
  const watching = ref(false)
  let link: Link | null = null
  const unanswered = new Map<string, string>()

  /** Opens the link once; only a screen with a map asks for positions. */
  function start({ watch }: { watch: boolean }): void {
    if (link) return
    watching.value = watch
    link = new Link({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
      watch,
      handlers: {
        status: setStatus,
        welcome,
        reset,
        event,
        forget,
        positions: located.positions,
        problem: (refusal) => (problem.value = refusal),
      },
    })
    link.open()
    addEventListener('online', nudge)
    document.addEventListener('visibilitychange', nudge)
  }

  function stop(): void {
    link?.close()
    link = null
    loaded.value = false
    removeEventListener('online', nudge)
    document.removeEventListener('visibilitychange', nudge)
  }

  function nudge(): void {
    if (document.visibilityState === 'visible') link?.nudge()
  }

  /** Asks; the same again after no answer goes under the same id, so that nothing is done twice. A
   *  caller that outlives the page brings an id of its own. */
  async function request(request: Request, own?: string): Promise<Outcome> {
    if (!link) throw new Error('the link is not started')
    const body = JSON.stringify(request)
    const id = own ?? unanswered.get(body) ?? newId()
    unanswered.set(body, id)
    try {
      const outcome = await link.request(request, id)
      unanswered.delete(body)
      return outcome
    } catch (error) {
      if (!(error instanceof NoAnswer)) unanswered.delete(body)
      throw error
    }
  }

  function sendFixes(fixes: Fix[]): boolean {
    problem.value = null
    return link?.sendFixes(fixes) ?? false
  }

  function setStatus(next: LinkStatus, quiet_ms: number): void {
    if (next === status.value) return
    status.value = next
    since_ms.value = clock.read() - (next === 'live' ? 0 : quiet_ms)
    if (next === 'signed_out') {
      stop()
      session.forget()
    }
  }

  function welcome(message: Welcome): void {
    clock.set(message.server_ms)
    own.session = message.session
    session.take(message)
  }

  function reset({ district, snapshot }: Reset): void {
    if (district !== session.district?.id) return
    incidents.replaceAll(snapshot.incidents)
    duty.replaceAll(snapshot.on_duty)
    messages.replaceAll(snapshot.messages)
    units.keepOnly(
      new Set(snapshot.on_duty.map(({ member }) => member.id).filter(located.isLocated)),
    )
    loaded.value = true
  }

  function event({ district, event }: EventOf): void {
    if (district !== session.district?.id) return
    switch (event.type) {
      case 'incident_changed':
        incidents.change(event.incident, event.entry)
        located.called(event.incident)
        break
      case 'message_posted':
        messages.add(event.message)
        break
      case 'shift_changed':
        duty.change(event.shift, event.member)
        located.review(event.member.id)
        break
      case 'consent_changed':
        own.consent = event.consent
        break
      case 'track_viewed':
        own.look = event.view
        break
      case 'checked_in':
        rounds.take(event.check_in)
        break
      case 'member_changed':
        session.change(event.member)
        break
      case 'text_erased':
        messages.erase(event.text)
        incidents.erase(event.text)
        break
      case 'grids_changed':
        void places.reloadGrids(district).catch(() => undefined)
        break
      case 'places_changed':
        if (rounds.loading !== 'idle') void rounds.load(district)
        void places.reloadGrids(district).catch(() => undefined)
        void roster.reload(district)
        void sites.reload(district)
        break
    }
  }

  /** An incident is out of sight: nothing of it stays. */
  function forget({ district, incident }: Forgotten): void {
    if (district !== session.district?.id) return
    const channel = incidents.forget(incident)
    if (channel) messages.forget(channel)
  }

  return {
    status,
    since_ms,
    loaded,
    problem,
    watching,
    start,
    stop,
    request,
    sendFixes,
  }
})
