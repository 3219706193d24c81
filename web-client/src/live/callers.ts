/** Who waits for the answer to which item. */
import type { Outcome } from '@/protocol'

interface Caller {
  resolve: (outcome: Outcome) => void
  reject: (reason: Error) => void
}

export class Callers {
  private readonly waiting = new Map<string, Caller[]>()

  wait(id: string): Promise<Outcome> {
    const answer = new Promise<Outcome>((resolve, reject) => {
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), { resolve, reject }])
    })
    // Whoever doesn't wait sees it in the outbox.
    answer.catch(() => undefined)
    return answer
  }

  resolve(id: string, outcome: Outcome): void {
    for (const caller of this.take(id)) caller.resolve(outcome)
  }

  reject(id: string, reason: Error): void {
    for (const caller of this.take(id)) caller.reject(reason)
  }

  rejectAll(reason: Error): void {
    for (const id of [...this.waiting.keys()]) this.reject(id, reason)
  }

  private take(id: string): Caller[] {
    const callers = this.waiting.get(id) ?? []
    this.waiting.delete(id)
    return callers
  }
}
