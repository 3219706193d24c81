/**
 * The order of a list that must not move under somebody's finger: while it is held, rows keep
 * their places, new ones wait and so do those that belong elsewhere now; when it is let go, it
 * becomes the fresh order.
 */
export interface Quiet {
  /** What is shown, in order. */
  shown: string[]
  /** New ones that wait. */
  waiting: string[]
  /** Whether what is shown stands in another order than it would fresh. */
  stale: boolean
}

/** `exists`: whether there is still something to show of it, also where it no longer fits. */
export function quietOrder(
  shown: string[],
  fresh: string[],
  held: boolean,
  exists: (id: string) => boolean = (id) => fresh.includes(id),
): Quiet {
  if (!held) return { shown: fresh, waiting: [], stale: false }
  const known = new Set(shown)
  const kept = shown.filter(exists)
  const waiting = fresh.filter((id) => !known.has(id))
  const sameFresh = fresh.filter((id) => known.has(id))
  return { shown: kept, waiting, stale: kept.join() !== sameFresh.join() }
}
