/**
 * The order of a list that must not move under somebody's finger: while it is held, rows keep
 * their places and new ones wait; when it is let go, it becomes the fresh order.
 */
export interface Quiet {
  /** What is shown, in order. */
  shown: string[]
  /** New ones that wait. */
  waiting: string[]
}

export function quietOrder(shown: string[], fresh: string[], held: boolean): Quiet {
  if (!held) return { shown: fresh, waiting: [] }
  const present = new Set(fresh)
  const known = new Set(shown)
  return {
    shown: shown.filter((id) => present.has(id)),
    waiting: fresh.filter((id) => !known.has(id)),
  }
}
