/** One thing that its user did, from the tap to the answer. */
import type { Refusal, Request } from '@/protocol'
import { TAB } from './tabs'

/** `expired`: too old to be sent without asking. */
export type ItemState = 'waiting' | 'sending' | 'delivered' | 'refused' | 'expired'

export interface Item {
  /** The command's id, UUIDv7: the same for every try. */
  id: string
  /** Who did it; nobody else sees or sends it. */
  member: string
  /** Grows with each item: the order of making. */
  n: number
  request: Request
  made_ms: number
  state: ItemState
  delivered_ms: number | null
  refusal: Refusal | null
  /** Which tab sends it. */
  tab: string
  /** Its user has seen how it ended. */
  seen: boolean
  /** Its user said to send it although it is old. */
  confirmed: boolean
  /** It was taken once, and the server's log is another now. */
  offered: boolean
  /** Where it was taken: which log, which place, and which typed text it became. */
  district: string | null
  epoch: string | null
  seq: number | null
  text: string | null
}

const DAY_MS = 86_400_000
/** Older than this, the server may have forgotten the id, so its user is asked. */
export const ASK_AFTER_MS = 25 * DAY_MS
/** What was taken is kept this long, to be offered to a restored server. */
export const OFFER_FOR_MS = 30 * DAY_MS

export function newItem(
  given: Pick<Item, 'id' | 'member' | 'n' | 'request' | 'made_ms' | 'tab'>,
): Item {
  return {
    ...given,
    state: 'waiting',
    delivered_ms: null,
    refusal: null,
    seen: false,
    confirmed: false,
    offered: false,
    district: null,
    epoch: null,
    seq: null,
    text: null,
  }
}

export const isUnsettled = ({ state }: Item): boolean => state === 'waiting' || state === 'sending'

/** As it is kept: what was being sent when the page went waits again, or is too old by now. */
export function fromStorage(item: Item, now_ms: number): Item {
  if (item.state !== 'waiting' && item.state !== 'sending') return item
  const old = !item.confirmed && now_ms - item.made_ms > ASK_AFTER_MS
  return { ...item, state: old ? 'expired' : 'waiting' }
}

/** A look is asked for, and recorded, only while somebody waits to look: it isn't kept. */
export const passes = ({ type }: Request): boolean => type === 'view_track'

export function byOrder(a: Item, b: Item): number {
  return a.n - b.n || (a.id < b.id ? -1 : 1)
}

/** What becomes of the items that a district took when its log is this one, in the old order. */
export function offers(items: Iterable<Item>, district: string, epoch: string): Item[] {
  return [...items]
    .filter((item) => item.state === 'delivered' && item.district === district)
    .filter((item) => item.epoch !== epoch && !passes(item.request))
    .sort(byOrder)
    .map((item) => {
      // The answer came before the log was named: it is of this one.
      if (item.epoch === null) return { ...item, epoch }
      return { ...item, state: 'waiting', offered: true, seen: false, tab: TAB }
    })
}
