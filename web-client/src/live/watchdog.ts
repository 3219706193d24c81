/**
 * Notices a link that says nothing. A healthy server sends a watermark within 10 s, so silence
 * means a dead link long before the browser says so.
 */
export const QUIET_AFTER_MS = 13_000
export const DEAD_AFTER_MS = 22_000
/** After a question on a link that may be dead, e.g. when the network changed. */
export const ANSWER_AFTER_MS = 2_000

export class Watchdog {
  private quiet: ReturnType<typeof setTimeout> | undefined
  private dead: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly on: { quiet: () => void; dead: () => void }) {}

  start(): void {
    this.stop()
    this.quiet = setTimeout(this.on.quiet, QUIET_AFTER_MS)
    this.dead = setTimeout(this.on.dead, DEAD_AFTER_MS)
  }

  /** A frame arrived. */
  heard(): void {
    this.start()
  }

  /** Somebody asked: silence counts from now, and not for long. */
  asked(): void {
    clearTimeout(this.dead)
    this.dead = setTimeout(this.on.dead, ANSWER_AFTER_MS)
  }

  stop(): void {
    clearTimeout(this.quiet)
    clearTimeout(this.dead)
  }
}
