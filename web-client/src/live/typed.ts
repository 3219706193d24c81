/**
 * Which typed text an item became, so that what is erased at the server is erased here too. The
 * answer names the event's place, and the event at that place names the text; either comes first.
 */
import type { Event, Request, Snapshot } from '@/protocol'
import type { Item } from './outbox-item'

/** Events come near their answers; more needn't be remembered. */
const REMEMBERED = 200

/** The text that this event wrote. */
function textOf(event: Event): string | null {
  if (event.type === 'message_posted') return event.message.text.id
  if (event.type !== 'incident_changed') return null
  const { entry, incident } = event
  return entry.text?.id ?? (incident.version === 1 ? (incident.text?.id ?? null) : null)
}

export class TypedTexts {
  private readonly recent = new Map<string, string>()

  /** An event was read; the items that caused it now know their text. */
  wrote(items: Iterable<Item>, district: string, seq: number, event: Event): Item[] {
    const text = textOf(event)
    if (text === null) return []
    this.recent.set(`${district} ${seq}`, text)
    const [oldest] = this.recent.keys()
    if (this.recent.size > REMEMBERED && oldest !== undefined) this.recent.delete(oldest)
    return [...items]
      .filter((item) => item.district === district && item.seq === seq && item.text === null)
      .map((item) => ({ ...item, text }))
  }

  /** The text of an item that was just answered. */
  of({ district, seq }: Item): string | null {
    return this.recent.get(`${district} ${seq}`) ?? null
  }
}

/** The request without what was typed; null when nothing is left to offer. */
export function withoutTyped(request: Request): Request | null {
  return request.type === 'report_incident' ? { ...request, text: null } : null
}

/** Whether this state shows that what the item typed is erased. */
export function isErasedIn({ incidents, messages }: Snapshot, { request }: Item): boolean {
  if (request.type === 'post_message')
    return messages.some(({ id, text }) => id === request.message && text.body === null)
  if (request.type !== 'report_incident' || request.text === null) return false
  return incidents.some(({ id, text }) => id === request.incident && text?.body === null)
}
