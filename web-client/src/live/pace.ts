/** The server closes a connection that sends too much at once; a long outbox stays well below. */
const AT_ONCE = 100
const EACH_MS = 25

export class Pace {
  private left = AT_ONCE
  private at_ms = 0

  /** Takes one; otherwise how long to wait, in ms. */
  take(now_ms: number): number {
    const passed = Math.max(0, now_ms - this.at_ms) / EACH_MS
    this.left = Math.min(AT_ONCE, this.left + passed)
    this.at_ms = now_ms
    if (this.left < 1) return EACH_MS
    this.left -= 1
    return 0
  }
}
