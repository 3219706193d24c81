/**
 * 一键求助 from this phone. A call waits in the outbox like all that its user does, ahead of the
 * rest. Invariant: one call has one id, so the desk sees it once; while its sender is signed in,
 * what was pressed is never dropped without an answer.
 */
import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import type { Item } from '@/live'
import { isOpen, newId, type Point, type Request } from '@/protocol'
import { useClock } from './clock'
import { useIncidents } from './incidents'
import { useLink } from './link'
import { useOutbox } from './outbox'
import { useSession } from './session'

type Sos = Extract<Request, { type: 'sos' }>
type Withdrawal = Extract<Request, { type: 'withdraw_sos' }>

export const useSos = defineStore('sos', () => {
  const clock = useClock()
  const incidents = useIncidents()
  const link = useLink()
  const outbox = useOutbox()
  const session = useSession()

  /** The call that was made on this phone, until it is over. */
  const item = computed(() => outbox.items.filter(({ request }) => request.type === 'sos').at(-1))
  const held = computed(() => (item.value?.request as Sos | undefined) ?? null)
  /** The open incident of this member's call, on whichever phone it was made. */
  const incident = computed(() => {
    const open = incidents.open.filter(
      ({ flags, reporter }) => flags.sos && reporter !== null && reporter === session.member?.id,
    )
    return open.find(({ id }) => id === held.value?.incident) ?? open.at(-1) ?? null
  })
  const called = computed(() => held.value?.incident ?? incident.value?.id ?? null)
  const withdrawals = computed(() =>
    outbox.items.filter(({ request }) => isWithdrawal(request, called.value)),
  )
  const unsent = computed(() =>
    [...(item.value ? [item.value] : []), ...withdrawals.value].filter(
      ({ state }) => state === 'waiting' || state === 'sending' || state === 'expired',
    ),
  )
  /** When the server took the call; null while it waits. */
  const sent_ms = computed(() => item.value?.delivered_ms ?? incident.value?.received_ms ?? null)
  const withdrawn = computed(
    () => incident.value?.flags.sos_withdrawn === true || withdrawals.value.length > 0,
  )
  const active = computed(() => held.value !== null || incident.value !== null)
  /** From when positions belong to the call; null without one. */
  const since_ms = computed(() => held.value?.observed_ms ?? incident.value?.observed_ms ?? null)
  /** Why the server would not take it; the person must know at once. */
  const refusal = computed(() => item.value?.refusal ?? null)

  /** Calls for help from here, or from nowhere; a call that runs already is the same call. */
  function raise(point: Point | null, accuracy_m: number | null): void {
    if (session.member === null || active.value) return
    const observed_ms = clock.read()
    post({ type: 'sos', incident: newId(), point, accuracy_m, observed_ms })
  }

  /** Takes the call back: it stays recorded, and the desk ends it. */
  function withdraw(reason: string): void {
    if (called.value === null || withdrawn.value) return
    post({ type: 'withdraw_sos', incident: called.value, reason })
  }

  function post(request: Sos | Withdrawal): void {
    // Its state in the outbox tells what came of it.
    void outbox.send(request).catch(() => undefined)
  }

  /** After a refusal, and the person has read it. */
  function giveUp(): void {
    if (item.value) outbox.dismiss(item.value.id)
  }

  /** Whether the desk ended it: seen now, or found to be gone from a state that is newer. */
  function isOver({ request, state, delivered_ms }: Item): boolean {
    if (state !== 'delivered' || request.type !== 'sos') return false
    const known = incidents.byId.get(request.incident)
    if (known) return !isOpen(known.state)
    return link.current_ms !== null && delivered_ms !== null && delivered_ms < link.current_ms
  }

  watch(
    () => item.value !== undefined && unsent.value.length === 0 && isOver(item.value),
    (over) => {
      if (!over || !item.value) return
      for (const { id } of [item.value, ...withdrawals.value]) outbox.dismiss(id)
    },
    { immediate: true },
  )
  // Over already, or taken back before: what was wanted is so.
  watch(
    () => outbox.items.filter(({ request, state }) => isWithdrawal(request) && state === 'refused'),
    (refused) => refused.forEach(({ id }) => outbox.dismiss(id)),
    { immediate: true },
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
  }
})

const isWithdrawal = (request: Request, of: string | null = null): boolean =>
  request.type === 'withdraw_sos' && (of === null || request.incident === of)
