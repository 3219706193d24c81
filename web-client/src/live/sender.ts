/** Sends what may go now, and again what gets no answer. Which may go is for `send-order` to say. */
import type { Request } from '@/protocol'
import { waitBefore } from './backoff'
import { ANSWER_WITHIN_MS } from './no-answer'
import { byOrder, type Item } from './outbox-item'
import { Pace } from './pace'
import { isUrgent, nextToSend } from './send-order'
import { TAB } from './tabs'
import { Timers } from './timers'

/** `busy` and an unknown outcome pass within moments. */
const FIRST_REST_MS = 1_000

/** Sends now; false when there is no link. */
export type Post = (id: string, request: Request) => boolean

export class Sender {
  private post: Post | null = null
  private pausing: ReturnType<typeof setTimeout> | undefined
  private readonly pace = new Pace()
  private readonly timers = new Timers()
  private readonly tries = new Map<string, number>()

  /** `held` names the items that must not go yet. */
  constructor(
    private readonly items: Map<string, Item>,
    private readonly held: () => Iterable<string>,
  ) {}

  connected(post: Post): void {
    this.post = post
    this.pump()
  }

  disconnected(): void {
    this.post = null
    clearTimeout(this.pausing)
    this.timers.stopAll()
    for (const item of [...this.items.values()])
      if (item.state === 'sending') this.items.set(item.id, { ...item, state: 'waiting' })
  }

  pump(): void {
    if (!this.post) return
    const mine = [...this.items.values()].filter(({ tab }) => tab === TAB).sort(byOrder)
    for (const item of nextToSend(mine, new Set([...this.held(), ...this.timers.ids()]))) {
      const wait_ms = isUrgent(item.request) ? 0 : this.pace.take(Date.now())
      if (wait_ms > 0) {
        this.pause(wait_ms)
        return
      }
      if (!this.post(item.id, item.request)) return
      this.items.set(item.id, { ...item, state: 'sending' })
      this.timers.start(item.id, ANSWER_WITHIN_MS, () => {
        const silent = this.items.get(item.id)
        if (silent?.state === 'sending') this.again(silent)
      })
    }
  }

  private pause(wait_ms: number): void {
    clearTimeout(this.pausing)
    this.pausing = setTimeout(() => this.pump(), wait_ms)
  }

  /** Lets it rest, and sends it again under its id. */
  again(item: Item): void {
    const tries = this.tries.get(item.id) ?? 0
    this.tries.set(item.id, tries + 1)
    this.items.set(item.id, { ...item, state: 'waiting' })
    const after_ms = waitBefore(tries, Math.random(), FIRST_REST_MS)
    this.timers.start(item.id, after_ms, () => this.pump())
  }

  /** It is answered, or given up. */
  settled(id: string): void {
    this.timers.stop(id)
    this.tries.delete(id)
  }
}
