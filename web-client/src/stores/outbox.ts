/** What the member did on this device, with its state: waiting, on its way, delivered or refused. */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowReactive, watch } from 'vue'
import { askToPersist, byOrder, onStorage, Outbox, type Item, type StorageState } from '@/live'
import type { Outcome, Request } from '@/protocol'
import { useClock } from './clock'
import { useSession } from './session'

/** What was delivered is shown this long. */
const SHOWN_MS = 24 * 3_600_000

export const useOutbox = defineStore('outbox', () => {
  const clock = useClock()
  const session = useSession()
  const byId = shallowReactive(new Map<string, Item>())
  const storage = ref<StorageState>('ok')
  const box = new Outbox(byId, clock.read)

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

  const isRecent = (at_ms: number | null) => at_ms !== null && clock.now_ms - at_ms < SHOWN_MS

  /** Keeps it and sends it as soon as there is a link. The promise ends with the answer, however
   *  late; whoever doesn't wait finds it in `items` under `id`. Throws `Refused`. */
  function send(request: Request, { id }: { id?: string } = {}): Promise<Outcome> {
    return box.add(request, id)
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
    storage,
    box,
    send,
    /** Its user has seen how it ended, or doesn't want it sent any more. */
    dismiss: (id: string) => box.dismiss(id),
    /** Sends what was refused or is too old to go unasked. */
    retry: (id: string) => box.retry(id),
    /** Asks the browser to keep it all; needs a gesture in some. */
    persist: askToPersist,
  }
})
