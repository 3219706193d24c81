/**
 * What its user did, until the server has it: kept on disk before it is sent, tried again until it
 * is acknowledged or refused, over reloads and broken links. Invariant: an item has one id, so the
 * server takes it once; none leaves without an answer or its user's word.
 */
import { newId, Refused, type Outcome, type Refusal, type Request } from '@/protocol'
import { Callers } from './callers'
import { NoAnswer } from './no-answer'
import { isUnsettled, newItem, offers, passes, type Item } from './outbox-item'
import { readItems } from './outbox-rows'
import { OutboxWriter } from './outbox-writer'
import { isUrgent } from './send-order'
import { Sender, type Post } from './sender'
import { TAB, takeOver } from './tabs'

/** Nobody does more than this without a link; a call for help is taken beyond it. */
export const MAX_ITEMS = 2_000
const TAKE_OVER_EVERY_MS = 15_000

export class Outbox {
  private member: string | null = null
  private newest = 0
  private readonly callers = new Callers()
  private takingOver: ReturnType<typeof setInterval> | undefined

  private readonly sender: Sender
  private readonly writer: OutboxWriter
  /** The logs that answer on this connection, by district, once they are named. */
  private readonly epochs = new Map<string, string>()

  /** `items` is filled and changed here. */
  constructor(
    private readonly items: Map<string, Item>,
    private readonly now: () => number,
  ) {
    this.writer = new OutboxWriter(
      items,
      () => this.sender.pump(),
      (said) => void this.refresh(said),
    )
    this.sender = new Sender(items, () => this.writer.held())
  }

  /** Takes what this member left; what is another's is let go of. */
  async open(member: string): Promise<void> {
    if (this.member === member) return
    this.close()
    this.member = member
    this.takingOver = setInterval(() => void this.adopt(), TAKE_OVER_EVERY_MS)
    await this.refresh()
    await this.adopt()
  }

  close(): void {
    this.disconnected()
    clearInterval(this.takingOver)
    this.member = null
    this.callers.rejectAll(new NoAnswer('signed out'))
    this.items.clear()
  }

  connected(post: Post): void {
    this.sender.connected(post)
    void this.adopt()
  }

  disconnected(): void {
    this.sender.disconnected()
    this.epochs.clear()
  }

  /** Keeps and sends it; the promise ends with its answer. The same id is the same item. */
  add(request: Request, id: string = newId()): Promise<Outcome> {
    const { member } = this
    if (member === null) return Promise.reject(new NoAnswer('nobody is signed in'))
    const open = [...this.items.values()].filter(isUnsettled).length
    if (open >= MAX_ITEMS && !isUrgent(request))
      return Promise.reject(new Refused({ code: 'too_many', message: 'too much waits already' }))
    const answer = this.callers.wait(id)
    const known = this.items.get(id)
    if (known) this.retry(id)
    else {
      const made_ms = this.now()
      this.newest = Math.max(made_ms, this.newest + 1)
      // What is kept is what is sent, and not an object that its maker may change.
      const sent = JSON.parse(JSON.stringify(request)) as Request
      void this.writer.store(
        newItem({ id, member, n: this.newest, request: sent, made_ms, tab: TAB }),
      )
    }
    return answer
  }

  /** Stops what was only worth an answer in time. */
  tire(id: string): void {
    const item = this.items.get(id)
    if (item && passes(item.request)) this.remove(id)
  }

  acknowledge(id: string, outcome: Outcome): void {
    const item = this.items.get(id)
    if (!item) return
    const { district, seq } = outcome
    const epoch = this.epochs.get(district ?? '') ?? null
    this.settle({ ...item, state: 'delivered', delivered_ms: this.now(), district, seq, epoch })
    this.callers.resolve(id, outcome)
  }

  /** Busy, or an unknown outcome, is no answer: the same is sent again. */
  refuse(id: string, refusal: Refusal): void {
    const item = this.items.get(id)
    if (!item) return
    if (refusal.code === 'outcome_unknown' || refusal.code === 'busy') {
      this.sender.again(item)
      return
    }
    // Offered without its text, which was erased since; the server has it.
    if (item.offered && refusal.code === 'id_reused') {
      this.settle({ ...item, state: 'delivered' })
      return
    }
    this.settle({ ...item, state: 'refused', refusal, seen: false })
    this.callers.reject(id, new Refused(refusal, id))
  }

  /** Its user has seen how it ended, or wants it no more. */
  dismiss(id: string): void {
    const item = this.items.get(id)
    if (!item || item.state === 'sending') return
    if (item.state === 'delivered') void this.writer.store({ ...item, seen: true })
    else this.remove(id)
  }

  /** Sends what was refused, or was too old to go unasked. */
  retry(id: string): void {
    const item = this.items.get(id)
    if (!item || isUnsettled(item)) return
    void this.writer.store({ ...item, state: 'waiting', refusal: null, confirmed: true, tab: TAB })
  }

  /** The district's log is this one, and what another took is offered to it in the old order. */
  opened(district: string, epoch: string): void {
    this.epochs.set(district, epoch)
    for (const item of offers(this.items.values(), district, epoch)) void this.writer.store(item)
  }

  /** Changes what is kept of an item, or lets it go. */
  amend(id: string, change: (item: Item) => Item | null): void {
    const item = this.items.get(id)
    const next = item && change(item)
    if (next === null) this.remove(id)
    else if (next && next !== item) void this.writer.store(next)
  }

  private settle(item: Item): void {
    this.sender.settled(item.id)
    if (passes(item.request)) void this.writer.drop(item.id)
    else void this.writer.store(item)
  }

  private remove(id: string): void {
    this.sender.settled(id)
    this.callers.reject(id, new NoAnswer('given up'))
    void this.writer.drop(id)
  }

  /** Reads what is kept: other tabs change it too, and said which. What this tab holds of its own
   *  is newer than its copy. */
  private async refresh(said: string[] = []): Promise<void> {
    const { member } = this
    if (member === null) return
    const kept = await readItems(member, this.now())
    if (kept === null || this.member !== member) return
    for (const item of kept) {
      this.newest = Math.max(this.newest, item.n)
      const held = this.items.get(item.id)
      const own = held?.tab === TAB && item.tab === TAB && (held.seen || !item.seen)
      if (!own && !this.writer.isChanging(item.id)) this.items.set(item.id, item)
    }
    const ids = new Set(kept.map(({ id }) => id))
    for (const item of [...this.items.values()]) {
      const own = item.tab === TAB && (isUnsettled(item) || !said.includes(item.id))
      if (!own && !ids.has(item.id)) this.items.delete(item.id)
    }
    this.sender.pump()
  }

  /** Takes over what a tab left that is gone. */
  private async adopt(): Promise<void> {
    const { member } = this
    if (member === null) return
    await takeOver(async (lives) => {
      await this.refresh()
      const left = [...this.items.values()].filter((item) => isUnsettled(item) && !lives(item.tab))
      if (this.member === member)
        await Promise.all(left.map((item) => this.writer.store({ ...item, tab: TAB })))
    })
  }
}
