/** Waits between tries to connect: doubling, capped, and spread so that a street's phones don't return at once. */

export const FIRST_WAIT_MS = 500
export const LONGEST_WAIT_MS = 20_000

/** How long to wait before try `tries` (from 0), in ms; `random` is in 0..1. */
export function waitBefore(
  tries: number,
  random: number,
  first_ms: number = FIRST_WAIT_MS,
): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, first_ms * 2 ** Math.min(tries, 16))
  return Math.round(ceiling / 2 + (random * ceiling) / 2)
}
