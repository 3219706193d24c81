/**
 * Tells whether anything is missing: each frame of the event lane names the place of the frame
 * before it in this session, so a filtered stream can be checked too.
 */
export type Step = 'next' | 'repeated' | 'gap'

export class CursorChain {
  private readonly places = new Map<string, number>()

  /** Starts a district at the place that its snapshot is as of. */
  reset(district: string, seq: number): void {
    this.places.set(district, seq)
  }

  /** Takes a frame's head; only `next` moves the place. */
  advance(district: string, prev: number, seq: number): Step {
    const place = this.places.get(district)
    if (place === undefined || prev > place) return 'gap'
    if (seq <= place) return 'repeated'
    this.places.set(district, seq)
    return 'next'
  }

  clear(): void {
    this.places.clear()
  }
}
