/**
 * Requests that wait for their answer. An id is made once and sent again after each reconnect, so
 * the server answers a retry with the first outcome; nothing is done twice.
 */
import { Refused, type Outcome, type Refusal, type Request } from '@/protocol'

export const ANSWER_WITHIN_MS = 20_000
/** The server or its database needs a moment; the same id then finds out. */
export const ASK_AGAIN_MS = 1_000

/** No answer came in time; whether the server took it is not known, and a retry is safe. */
export class NoAnswer extends Error {}

interface Waiting {
  request: Request
  resolve: (outcome: Outcome) => void
  reject: (reason: Error) => void
  timer: ReturnType<typeof setTimeout>
}

export class Requests {
  private readonly waiting = new Map<string, Waiting>()

  constructor(private readonly send: (id: string, request: Request) => void) {}

  /** Sends now if it can, and again after each reconnect until it is answered or times out. */
  make(id: string, request: Request, within_ms = ANSWER_WITHIN_MS): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id)
        reject(new NoAnswer('no answer in time'))
      }, within_ms)
      this.waiting.set(id, { request, resolve, reject, timer })
      this.send(id, request)
    })
  }

  /** Sends all that still wait, in the order in which they were made. */
  resend(): void {
    for (const [id, { request }] of this.waiting) this.send(id, request)
  }

  acknowledge(id: string, outcome: Outcome): void {
    this.settle(id)?.resolve(outcome)
  }

  /** Busy, or an unknown outcome, is no refusal: the same is sent again while somebody waits. */
  refuse(id: string, refusal: Refusal): void {
    if (refusal.code === 'outcome_unknown' || refusal.code === 'busy') {
      setTimeout(() => {
        const waiting = this.waiting.get(id)
        if (waiting) this.send(id, waiting.request)
      }, ASK_AGAIN_MS)
      return
    }
    this.settle(id)?.reject(new Refused(refusal))
  }

  /** Gives all of them up, when nobody is signed in any more. */
  abandon(): void {
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(new NoAnswer('signed out'))
  }

  private settle(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id)
    if (waiting) {
      clearTimeout(waiting.timer)
      this.waiting.delete(id)
    }
    return waiting
  }
}
