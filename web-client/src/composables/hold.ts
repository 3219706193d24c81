/**
 * A press that must last: three seconds call for help, less is no call. It knows no finger and no
 * key, only presses and releases. Invariant: it fires once a press, and never after a release.
 */

/** Long enough that a pocket doesn't call, short enough for somebody in need. */
export const HOLD_MS = 3_000

export type HoldPhase = 'idle' | 'holding' | 'cancelled' | 'fired'

export class Hold {
  phase: HoldPhase = 'idle'
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly on: { phase: (phase: HoldPhase) => void; fire: () => void }) {}

  /** A second finger or a repeating key changes nothing. */
  press(): void {
    if (this.phase === 'holding') return
    this.say('holding')
    this.timer = setTimeout(() => {
      this.say('fired')
      this.on.fire()
    }, HOLD_MS)
  }

  /** Let go, slid off, or lost: before its time that is a change of mind. */
  release(): void {
    if (this.phase !== 'holding') return
    clearTimeout(this.timer)
    this.say('cancelled')
  }

  /** Ready again, saying nothing. */
  reset(): void {
    clearTimeout(this.timer)
    this.say('idle')
  }

  private say(phase: HoldPhase): void {
    this.phase = phase
    this.on.phase(phase)
  }
}
