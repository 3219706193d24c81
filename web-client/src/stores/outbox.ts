/** What the member did on this device, with its state: waiting, on its way, delivered or refused. */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowReactive, watch } from 'vue'
import {
  askToPersist,
  byOrder,
  isErasedIn,
  onStorage,
  Outbox,
  TypedTexts,
  withoutTyped,
  type Item,
  type StorageState,
} from '@/live'
import type { Event, Outcome, Request, Snapshot } from '@/protocol'
import { useClock } from './clock'
import { useSession } from './session'

/** What was delivered is shown this long. */
const SHOWN_MS = 24 * 3_600_000

export const useOutbox = defineStore('outbox', () => {
  const clock = useClock()
  const session = useSession()
  const byId = shallowReactive(new Map<string, Item>())
  const storage = ref<StorageState>('ok')
  /** How far each district's log is read here. */
  const reached = shallowReactive(new Map<string, number>())
  const box = new Outbox(byId, clock.read)
  const texts = new TypedTexts()

  /** All of whoever is signed in, in the order of making; what its user has seen delivered is left
   *  out, and so is what was delivered long ago. */
  const items = computed(() =>
    [...byId.values()]
      .filter(({ member }) => member === session.member?.id)
      .filter(({ seen }) => !seen)
      .filter(({ delivered_ms: at, state }) => state !== 'delivered' || isRecent(at))
      .sort(byOrder),
  )
  /** How many the server doesn't have yet. */
  const waiting = computed(
    () => items.value.filter(({ state }) => state === 'waiting' || state === 'sending').length,
  )

  /** What a screen must count in already: it waits, or its event hasn't come although it was
   *  acknowledged, since an answer may overtake it. */
  const unread = computed(() =>
    items.value.filter(
      ({ state, district, seq }) =>
        state === 'waiting' ||
        state === 'sending' ||
        (state === 'delivered' && (seq ?? 0) > (reached.get(district ?? '') ?? Infinity)),
    ),
  )

  const isRecent = (at_ms: number | null) => at_ms !== null && clock.now_ms - at_ms < SHOWN_MS

  /** Keeps it and sends it as soon as there is a link. The promise ends with the answer, however
   *  late; whoever doesn't wait finds it in `items` under `id`. Throws `Refused`. */
  function send(request: Request, { id }: { id?: string } = {}): Promise<Outcome> {
    return box.add(request, id)
  }

  /** A district's log is read up to here. */
  function reach(district: string, seq: number): void {
    reached.set(district, seq)
  }

  function acknowledge(id: string, outcome: Outcome): void {
    box.acknowledge(id, outcome)
    box.amend(id, (item) => {
      const text = texts.of(item)
      return text === null ? item : { ...item, text }
    })
  }

  /** An event at this place wrote a text: whose it is, is noted with it. */
  function becameText(district: string, seq: number, event: Event): void {
    for (const item of texts.wrote(byId.values(), district, seq, event))
      box.amend(item.id, () => item)
  }

  /** A typed text was erased: nobody offers it again. */
  function erase(text: string): void {
    for (const item of byId.values()) if (item.text === text) untype(item)
  }

  /** The state was read anew: what it shows as erased is erased here too. */
  function eraseTyped(snapshot: Snapshot): void {
    for (const item of byId.values())
      if (item.state === 'delivered' && isErasedIn(snapshot, item)) untype(item)
  }

  function untype({ id }: Item): void {
    box.amend(id, (item) => {
      const request = withoutTyped(item.request)
      return request && { ...item, request }
    })
  }

  watch(
    () => session.member?.id,
    (member) => (member === undefined ? box.close() : void box.open(member)),
    { immediate: true, flush: 'sync' },
  )
  const unhear = onStorage((state) => (storage.value = state))
  onScopeDispose(() => {
    unhear()
    box.close()
  })

  return {
    byId,
    items,
    waiting,
    unread,
    reach,
    storage,
    send,
    /** For the link: what it brings and when it is there. */
    connected: box.connected.bind(box),
    disconnected: box.disconnected.bind(box),
    opened: box.opened.bind(box),
    refuse: box.refuse.bind(box),
    acknowledge,
    becameText,
    erase,
    eraseTyped,
    /** Nobody waits for this answer any more. */
    tire: (id: string) => box.tire(id),
    /** Its user has seen how it ended, or doesn't want it sent any more. */
    dismiss: (id: string) => box.dismiss(id),
    /** Sends what was refused or is too old to go unasked. */
    retry: (id: string) => box.retry(id),
    /** Asks the browser to keep it all; needs a gesture in some. */
    persist: askToPersist,
  }
})
