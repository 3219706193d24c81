import { expect, it } from 'vitest'
import { LONGEST_WAIT_MS, waitBefore } from '../backoff'

it.each([
  [0, 0, 250],
  [0, 1, 500],
  [3, 0.5, 3000],
  [40, 1, LONGEST_WAIT_MS],
])('waits before try %i with chance %f for %i ms', (tries, random, wait_ms) => {
  expect(waitBefore(tries, random)).toBe(wait_ms)
})
