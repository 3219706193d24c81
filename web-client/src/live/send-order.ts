/**
 * Which items go out now. A call for help goes before everything. Otherwise what belongs together
 * goes one after the other in the order of making: the moves of an incident with its messages, the
 * messages of a channel. Duty and consent decide what may follow, so these wait for all before
 * them, and all after waits for them.
 */
import type { Request } from '@/protocol'
import { isUnsettled, type Item } from './outbox-item'

/** The server works on 32 of a connection at once; two places are left to calls for help. */
export const WINDOW = 30
export const URGENT_WINDOW = 32

export const isUrgent = ({ type }: Request): boolean => type === 'sos' || type === 'withdraw_sos'

/** What it belongs to; null for what everything belongs to. */
export function topicOf(request: Request): string | null {
  switch (request.type) {
    case 'report_incident':
    case 'sos':
    case 'withdraw_sos':
    case 'move_incident':
    case 'move_assignment':
      return `incident:${request.incident}`
    case 'post_message':
      return request.channel
    case 'check_in':
      return 'check_in'
    case 'view_track':
      return `view:${request.view}`
    default:
      return null
  }
}

/** The items to send now, of all in the order of making; `resting` ones wait for another try. */
export function nextToSend(items: Iterable<Item>, resting: ReadonlySet<string>): Item[] {
  const held = [...items].filter(isUnsettled)
  const ready = ({ id, state }: Item) => state === 'waiting' && !resting.has(id)
  const urgent: Item[] = []
  const ordinary: Item[] = []
  const taken = new Set<string>()
  let sealed = false
  held.forEach((item, before) => {
    const topic = topicOf(item.request)
    const calls = isUrgent(item.request)
    const free = topic === null ? before === 0 : !taken.has(topic) && (calls || !sealed)
    if (free && ready(item)) (calls ? urgent : ordinary).push(item)
    if (topic === null) sealed = true
    else taken.add(topic)
  })
  const sending = held.filter(({ state }) => state === 'sending').length
  const first = urgent.slice(0, Math.max(0, URGENT_WINDOW - sending))
  return [...first, ...ordinary.slice(0, Math.max(0, WINDOW - sending - first.length))]
}
