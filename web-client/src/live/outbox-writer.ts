/** Writes an item to disk before it may go, and tells the other tabs. */
import { inTime } from './in-time'
import { passes, type Item } from './outbox-item'
import { dropItem, keepItem } from './outbox-rows'
import { isUrgent } from './send-order'
import { openChannel } from './tabs'

/** A disk that hangs holds nothing up for longer, and a call for help hardly at all. */
const WITHIN_MS = 2_000
const URGENT_WITHIN_MS = 300

export class OutboxWriter {
  private readonly storing = new Map<string, Item>()
  private readonly dropping = new Set<string>()
  private readonly tell: (ids: string[]) => void

  /** `hear`: another tab wrote. */
  constructor(
    private readonly items: Map<string, Item>,
    private readonly written: () => void,
    hear: (said: string[]) => void,
  ) {
    this.tell = openChannel(hear)
  }

  /** Items that aren't on disk yet. */
  held(): Iterable<string> {
    return this.storing.keys()
  }

  /** Whether what is on disk isn't what is wanted there. */
  isChanging(id: string): boolean {
    return this.storing.has(id) || this.dropping.has(id)
  }

  async store(item: Item): Promise<void> {
    const { id, request } = item
    this.items.set(id, item)
    this.storing.set(id, item)
    if (!passes(request))
      await inTime(keepItem(item), isUrgent(request) ? URGENT_WITHIN_MS : WITHIN_MS)
    // Changed again meanwhile: the later one goes on.
    if (this.storing.get(id) !== item) return
    this.storing.delete(id)
    this.tell([id])
    this.written()
  }

  async drop(id: string): Promise<void> {
    this.storing.delete(id)
    this.items.delete(id)
    this.dropping.add(id)
    this.written()
    await dropItem(id)
    this.dropping.delete(id)
    this.tell([id])
  }
}
