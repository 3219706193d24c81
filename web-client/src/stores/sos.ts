/**
 * 一键求助 from this phone. A call is kept until the server has it, over a reload too, and goes out
 * by itself when the link is back. Invariant: one call has one id, so the desk sees it once; while
 * its sender is signed in, what was pressed is never dropped without an answer.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { NoAnswer } from '@/live'
import { isOpen, newId, Refused, type Point, type Refusal, type Request } from '@/protocol'
import { useClock } from './clock'
import { useIncidents } from './incidents'
import { useLink } from './link'
import { useSession } from './session'

/** What waits or was sent: the requests with their ids, and when the server took each. */
export interface Call {
  member: string
  incident: string
  observed_ms: number
  sends: Send[]
}
interface Send {
  id: string
  request: Request
  taken_ms: number | null
}

const STORED = 'xunfang.sos'

export const useSos = defineStore('sos', () => {
  const clock = useClock()
  const incidents = useIncidents()
  const link = useLink()
  const session = useSession()
  const call = shallowRef<Call | null>(stored())
  /** Why the server would not take it; the person must know at once. */
  const refusal = shallowRef<Refusal | null>(null)
  const delivering = ref(false)

  /** The held call, if it is of whoever is signed in. */
  const held = computed(() => (call.value?.member === session.member?.id ? call.value : null))
  /** The open incident of this member's call, on whichever phone it was made. */
  const incident = computed(() => {
    const open = incidents.open.filter(
      ({ flags, reporter }) => flags.sos && reporter !== null && reporter === session.member?.id,
    )
    return open.find(({ id }) => id === held.value?.incident) ?? open.at(-1) ?? null
  })
  const unsent = computed(() => held.value?.sends.filter((one) => one.taken_ms === null) ?? [])
  /** When the server took the call; null while it waits. */
  const sent_ms = computed(() => {
    const taken = held.value?.sends.find(({ request }) => request.type === 'sos')?.taken_ms
    return taken ?? incident.value?.received_ms ?? null
  })
  const withdrawn = computed(
    () =>
      incident.value?.flags.sos_withdrawn === true ||
      held.value?.sends.some(({ request }) => request.type === 'withdraw_sos') === true,
  )
  const active = computed(() => held.value !== null || incident.value !== null)
  /** From when positions belong to the call; null without one. */
  const since_ms = computed(() => held.value?.observed_ms ?? incident.value?.observed_ms ?? null)

  function keep(next: Call | null): void {
    call.value = next
    if (next) sessionStorage.setItem(STORED, JSON.stringify(next))
    else sessionStorage.removeItem(STORED)
  }

  /** Calls for help from here, or from nowhere; a call that runs already is the same call. */
  function raise(point: Point | null, accuracy_m: number | null): void {
    const member = session.member?.id
    if (member === undefined || active.value) return
    const observed_ms = clock.read()
    const id = newId()
    const request: Request = { type: 'sos', incident: id, point, accuracy_m, observed_ms }
    const first = { id: newId(), request, taken_ms: null }
    refusal.value = null
    keep({ member, incident: id, observed_ms, sends: [first] })
    void deliver()
  }

  /** Takes the call back: it stays recorded, and the desk ends it. */
  function withdraw(reason: string): void {
    const id = held.value?.incident ?? incident.value?.id
    const member = session.member?.id
    if (id === undefined || member === undefined || withdrawn.value) return
    const request: Request = { type: 'withdraw_sos', incident: id, reason }
    const observed_ms = since_ms.value ?? clock.read()
    const sends = [...(held.value?.sends ?? []), { id: newId(), request, taken_ms: null }]
    keep({ member, incident: id, observed_ms, sends })
    void deliver()
  }

  /** Sends what waits, in order, again and again while there is a link to wait for. */
  async function deliver(): Promise<void> {
    if (delivering.value) return
    delivering.value = true
    try {
      for (let next = unsent.value[0]; next; next = unsent.value[0]) {
        if (!(await send(next))) break
      }
    } finally {
      delivering.value = false
    }
  }

  /** Whether to go on; otherwise the link's return does. */
  async function send({ id, request }: Send): Promise<boolean> {
    try {
      await link.request(request, id)
      took(id)
      return true
    } catch (error) {
      if (error instanceof Refused) {
        // Over already, or taken back before: what was wanted is so.
        if (request.type === 'withdraw_sos') took(id)
        else refusal.value = error.refusal
        return request.type === 'withdraw_sos'
      }
      if (!(error instanceof NoAnswer)) throw error
      return link.loaded
    }
  }

  function took(id: string): void {
    const now = call.value
    if (!now) return
    const taken_ms = clock.read()
    keep({ ...now, sends: now.sends.map((one) => (one.id === id ? { ...one, taken_ms } : one)) })
  }

  /** After a refusal, and the person has read it. */
  function giveUp(): void {
    refusal.value = null
    keep(null)
  }

  watch(
    () => link.loaded && link.status === 'live',
    (ready) => {
      if (ready) void deliver()
    },
    { immediate: true },
  )
  // The desk ended it: seen now, or found after a reset, whose snapshot holds all that is open.
  watch(
    () => {
      if (held.value === null || unsent.value.length > 0) return false
      const known = incidents.byId.get(held.value.incident)
      return known !== undefined && !isOpen(known.state)
    },
    (over) => over && keep(null),
  )
  watch(
    () => incidents.generation,
    () => {
      if (held.value === null || unsent.value.length > 0) return
      if (!incidents.byId.has(held.value.incident)) keep(null)
    },
  )

  return {
    held,
    incident,
    unsent,
    sent_ms,
    withdrawn,
    active,
    since_ms,
    refusal,
    raise,
    withdraw,
    giveUp,
    deliver,
  }
})

function stored(): Call | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? 'null') as Call | null
  } catch {
    return null
  }
}
