/**
 * How far each district's log was read, and whether anything is missing: each frame of the event
 * lane names the place of the frame before it in this session, so a filtered stream can be checked
 * too. Outlives a connection: the next one goes on from here.
 */
import type { Cursor } from '@/protocol'

export type Step = 'next' | 'repeated' | 'gap'

export class CursorChain {
  private readonly places = new Map<string, Cursor>()
  /** Where this connection has caught up, by district. */
  private readonly heads = new Map<string, number>()
  /** Districts whose state somebody holds; only these can be resumed. */
  private readonly held = new Set<string>()

  /** Starts a district at the place that its state is as of. */
  reset(district: string, { epoch, seq, sight }: Cursor, held: boolean): void {
    this.places.set(district, { epoch, seq, sight })
    if (held) this.held.add(district)
    else this.held.delete(district)
  }

  /** Whether the district goes on from where it was left, up to `head`. */
  resume(district: string, seq: number, head: number): boolean {
    if (this.places.get(district)?.seq !== seq) return false
    this.heads.set(district, head)
    return true
  }

  /** Takes a frame's head; only `next` moves the place. */
  advance(district: string, prev: number, seq: number): Step {
    const place = this.places.get(district)
    if (place === undefined || prev > place.seq) return 'gap'
    if (seq <= place.seq) return 'repeated'
    this.places.set(district, { ...place, seq })
    return 'next'
  }

  /** True once for each resume, when the place has reached the head. */
  caughtUp(district: string): boolean {
    const head = this.heads.get(district)
    if (head === undefined || (this.places.get(district)?.seq ?? -1) < head) return false
    return this.heads.delete(district)
  }

  at(district: string): Cursor | undefined {
    return this.places.get(district)
  }

  /** What a hello says. */
  cursors(): Record<string, Cursor> {
    return Object.fromEntries([...this.places].filter(([district]) => this.held.has(district)))
  }

  clear(): void {
    this.places.clear()
    this.heads.clear()
    this.held.clear()
  }
}
