import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Hold, HOLD_MS, type HoldPhase } from '../hold'

type Move = 'press' | 'release' | 'reset' | number

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Plays moves and waits (ms); what was said, and how often it fired. */
function play(...moves: Move[]) {
  const phases: HoldPhase[] = []
  let fired = 0
  const hold = new Hold({ phase: (phase) => phases.push(phase), fire: () => (fired += 1) })
  for (const move of moves) {
    if (typeof move === 'number') vi.advanceTimersByTime(move)
    else hold[move]()
  }
  return { phases, fired }
}

it.each<[string, Move[], HoldPhase[], number]>([
  ['held to the end', ['press', HOLD_MS], ['holding', 'fired'], 1],
  ['held on after it', ['press', HOLD_MS * 4, 'release'], ['holding', 'fired'], 1],
  ['let go at once', ['press', 'release', HOLD_MS], ['holding', 'cancelled'], 0],
  ['let go just before', ['press', HOLD_MS - 1, 'release', 1], ['holding', 'cancelled'], 0],
  ['a key that repeats', ['press', 2000, 'press', 1000], ['holding', 'fired'], 1],
  [
    'two halves make no whole',
    ['press', 2000, 'release', 'press', 2000, 'release', HOLD_MS],
    ['holding', 'cancelled', 'holding', 'cancelled'],
    0,
  ],
  ['a release without a press', ['release', HOLD_MS], [], 0],
  ['the screen goes away', ['press', 1000, 'reset', HOLD_MS], ['holding', 'idle'], 0],
  [
    'a second call',
    ['press', HOLD_MS, 'press', HOLD_MS],
    ['holding', 'fired', 'holding', 'fired'],
    2,
  ],
])('%s', (_, moves, phases, fired) => {
  expect(play(...moves)).toEqual({ phases, fired })
})
