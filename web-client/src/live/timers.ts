/** One timer for each id; a new one replaces it. */
export class Timers {
  private readonly running = new Map<string, ReturnType<typeof setTimeout>>()

  start(id: string, after_ms: number, then: () => void): void {
    this.stop(id)
    const run = () => {
      this.running.delete(id)
      then()
    }
    this.running.set(id, setTimeout(run, after_ms))
  }

  stop(id: string): void {
    clearTimeout(this.running.get(id))
    this.running.delete(id)
  }

  stopAll(): void {
    for (const id of [...this.running.keys()]) this.stop(id)
  }

  ids(): IterableIterator<string> {
    return this.running.keys()
  }
}
