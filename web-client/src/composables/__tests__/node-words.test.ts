import { describe, expect, it } from 'vitest'
import { isLate, skewOf, span } from '../node-words'

describe('nodes in words', () => {
  it.each([
    [0, 'ms', 0],
    [999, 'ms', 999],
    [1_000, 's', 1],
    [3_449, 's', 3.4],
    [34_400, 's', 34],
    [90_000, 'min', 2],
    [7_200_000, 'h', 2],
  ] as const)('%s ms', (ms, unit, n) => {
    expect(span(ms)).toEqual({ unit, n })
  })

  it('calls a clock wrong from a second on, and delivery late from two', () => {
    expect([-999, 0, 1_000, -600_000].map((skew_ms) => skewOf({ skew_ms }))).toEqual([
      'same',
      'same',
      'ahead',
      'behind',
    ])
    expect([0, 2_000, 2_001].map((lag_ms) => isLate({ lag_ms }))).toEqual([false, false, true])
  })
})
