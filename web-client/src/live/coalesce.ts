/**
 * Merges position frames until the next animation frame, so that a burst costs one redraw. The
 * newest fix of each member wins; a full frame forgets what its audience showed before.
 */
import type { Fix, MemberBrief } from '@/protocol'
import type { NamedPositions } from './dictionary'

export interface PositionChange {
  units: Map<string, { member: MemberBrief; fix: Fix }>
  gone: Set<string>
}

export class Coalescer {
  private pending: PositionChange | null = null
  private readonly shown = new Map<number, Set<string>>()

  constructor(
    private readonly schedule: (flush: () => void) => void,
    private readonly deliver: (change: PositionChange) => void,
  ) {}

  add(frame: NamedPositions): void {
    const shown = this.shown.get(frame.audience) ?? new Set()
    this.shown.set(frame.audience, shown)
    const change = this.open()
    if (frame.full) {
      const present = new Set(frame.units.map(({ member }) => member.id))
      for (const id of shown) if (!present.has(id)) this.remove(change, shown, id)
    }
    // Before the units: a member may be gone and back in one frame.
    for (const id of frame.gone) this.remove(change, shown, id)
    // Ten thousand units are looked up as seldom as may be: a frame names each of them once.
    const isFirst = change.units.size === 0
    const anyGone = change.gone.size > 0
    for (const unit of frame.units) {
      const { id } = unit.member
      const known = isFirst ? undefined : change.units.get(id)
      if (known === undefined || known.fix.at_ms <= unit.fix.at_ms) change.units.set(id, unit)
      if (anyGone) change.gone.delete(id)
      shown.add(id)
    }
  }

  /** Forgets what was shown; whatever waits is dropped. */
  clear(): void {
    this.pending = null
    this.shown.clear()
  }

  private open(): PositionChange {
    if (this.pending) return this.pending
    const change: PositionChange = { units: new Map(), gone: new Set() }
    this.pending = change
    this.schedule(() => {
      if (this.pending !== change) return
      this.pending = null
      this.deliver(change)
    })
    return change
  }

  private remove(change: PositionChange, shown: Set<string>, id: string): void {
    shown.delete(id)
    // Another audience may still show the same member.
    for (const others of this.shown.values()) if (others.has(id)) return
    change.units.delete(id)
    change.gone.add(id)
  }
}

/** Runs on the next animation frame; a hidden page has none, so there after a second. */
export function onNextFrame(flush: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(flush, 1000)
  else requestAnimationFrame(flush)
}
