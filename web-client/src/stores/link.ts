/** The link to the server: its state in one word, since when, and how far what is shown is true. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import {
  ANSWER_WITHIN_MS,
  inTime,
  keepWho,
  Link,
  NoAnswer,
  readKept,
  type LinkHandlers,
  type LinkStatus,
  type Welcome,
} from '@/live'
import { newId, Refused, type Fix, type Outcome, type Refusal, type Request } from '@/protocol'
import { useAlerts } from './alerts'
import { useClock } from './clock'
import { useDistrictState } from './district-state'
import { useLocated } from './located'
import { useOutbox } from './outbox'
import { useOwn } from './own'
import { useSession } from './session'

/** A database that hangs doesn't keep the link from opening. */
const READ_WITHIN_MS = 1_000

export const useLink = defineStore('link', () => {
  const alerts = useAlerts()
  const clock = useClock()
  const located = useLocated()
  const outbox = useOutbox()
  const own = useOwn()
  const session = useSession()
  const state = useDistrictState()

  const status = ref<LinkStatus>('connecting')
  const since_ms = ref(clock.read())
  /** False until there is a state to show: an empty list then means "not read yet". */
  const loaded = ref(false)
  /** From when on nothing was missing; null while something may be. */
  const current_ms = ref<number | null>(null)
  /** Why positions are not taken, until they are again. */
  const problem = shallowRef<Refusal | null>(null)
  /** Since when news of other nodes comes late; null when it comes at once, or nobody said. */
  const late_ms = ref<number | null>(null)
  /** Whether this screen asked for positions. */
  const watching = ref(false)
  let link: Link | null = null
  const unanswered = new Map<string, string>()

  const handlers: LinkHandlers = {
    status: setStatus,
    welcome,
    down,
    reset: (message) => {
      const held = state.reset(message)
      outbox.reach(message.district, message.seq)
      outbox.opened(message.district, message.epoch)
      if (held) loaded.value = true
      return held
    },
    resumed: ({ district }, { epoch }) => outbox.opened(district, epoch),
    caughtUp: (district) => {
      if (district === session.district?.id) current_ms.value = clock.read()
    },
    event: (frame, cursor) => {
      state.event(frame, cursor)
      outbox.reach(frame.district, frame.seq)
    },
    forget: state.forget,
    watermark: ({ district, prev }, cursor) => state.passed(district, prev, cursor),
    alert: alerts.take,
    late: (at_ms) => (late_ms.value = at_ms),
    positions: located.positions,
    acknowledged: outbox.acknowledge,
    refused: outbox.refuse,
    problem: (refusal) => (problem.value = refusal),
  }

  /** Opens the link once, from what was kept; only a screen with a map asks for positions. */
  function start({ watch }: { watch: boolean }): void {
    if (link) return
    watching.value = watch
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
    const opened = new Link({ url, watch, handlers })
    link = opened
    void restore(opened).then(() => {
      if (link === opened) opened.open()
    })
    for (const name of ['online', 'offline']) addEventListener(name, nudge)
    document.addEventListener('visibilitychange', seen)
  }

  /** What was kept is shown as soon as it is read, with the time at which it was so. */
  async function restore(opened: Link): Promise<void> {
    const member = session.member?.id
    if (member === undefined) return
    state.views.of(member)
    const shown = readKept(member, clock.read()).then((kept) => {
      if (!kept || link !== opened || loaded.value || !state.restore(kept)) return
      outbox.reach(kept.district, kept.cursor.seq)
      opened.seed(member, { [kept.district]: kept.cursor })
      since_ms.value = kept.at_ms
      loaded.value = true
    })
    await inTime(shown, READ_WITHIN_MS)
  }

  function stop(): void {
    link?.close()
    link = null
    state.views.of(null)
    loaded.value = false
    for (const name of ['online', 'offline']) removeEventListener(name, nudge)
    document.removeEventListener('visibilitychange', seen)
  }

  function nudge(): void {
    link?.nudge()
  }

  function seen(): void {
    if (document.visibilityState === 'visible') nudge()
  }

  /** Asks, and waits a while for the answer; without one it stays in the outbox, and the same again
   *  goes under the same id, so that nothing is done twice. */
  async function request(request: Request, given?: string): Promise<Outcome> {
    const body = JSON.stringify(request)
    const id = given ?? unanswered.get(body) ?? newId()
    unanswered.set(body, id)
    try {
      const outcome = await inTime(outbox.send(request, { id }), ANSWER_WITHIN_MS)
      if (!outcome) throw new NoAnswer('no answer in time')
      unanswered.delete(body)
      return outcome
    } catch (error) {
      if (error instanceof Refused) unanswered.delete(body)
      else outbox.tire(id)
      throw error
    }
  }

  /** Whether the server has these fixes now. */
  function sendFixes(fixes: Fix[]): Promise<boolean> {
    problem.value = null
    return link?.sendFixes(fixes) ?? Promise.resolve(false)
  }

  function setStatus(next: LinkStatus, quiet_ms: number): void {
    if (next === status.value) return
    const known = status.value === 'connecting' && next === 'reconnecting' && loaded.value
    status.value = next
    // What was kept says itself since when it is so.
    if (!known) since_ms.value = clock.read() - (next === 'live' ? 0 : quiet_ms)
    if (next === 'signed_out') {
      stop()
      session.forget()
    }
  }

  function welcome(message: Welcome): void {
    clock.set(message.server_ms)
    own.session = message.session
    session.take(message)
    state.views.of(message.member.id)
    void keepWho(message.member, message.districts, clock.read())
    outbox.connected((id, request) => link?.command(id, request) ?? false)
  }

  function down(): void {
    current_ms.value = null
    late_ms.value = null
    outbox.disconnected()
  }

  return {
    status,
    since_ms,
    loaded,
    current_ms,
    late_ms,
    problem,
    watching,
    start,
    stop,
    request,
    sendFixes,
  }
})
