import { expect, it } from 'vitest'
import type { Fix } from '@/protocol'
import { pieces, positionAt } from '../tracks'

const fix = (minute: number, lng: number): Fix => ({
  at_ms: minute * 60_000,
  point: { lng, lat: 30 },
  speed_mps: null,
  heading_deg: null,
  accuracy_m: null,
})
const TRACK = [fix(10, 113), fix(11, 113.2), fix(20, 114), fix(21, 114.1)]

it.each([
  ['before the first', 9, null],
  ['on a fix', 10, [113, 0]],
  ['between two', 10.5, [113.1, 0]],
  ['in a gap, where it was last', 15, [113.2, 4]],
  ['after the last', 25, [114.1, 4]],
  ['until that is gone', 32, null],
])('places somebody %s', (_, minute, expected) => {
  const found = positionAt(TRACK, minute * 60_000)
  if (!Array.isArray(expected)) {
    expect(found).toBeNull()
    return
  }
  expect(found?.point.lng).toBeCloseTo(expected[0] ?? 0, 9)
  expect((found?.age_ms ?? 0) / 60_000).toBe(expected[1])
})

it('knows nobody of an empty track, and two fixes of one moment', () => {
  expect(positionAt([], 0)).toBeNull()
  expect(positionAt([fix(1, 113), fix(1, 114)], 60_000)?.point.lng).toBe(114)
})

it('draws no line across a gap, and none for a single fix', () => {
  const lines = pieces([...TRACK, fix(40, 115)])
  expect(lines.map((line) => line.map(({ lng }) => lng))).toEqual([
    [113, 113.2],
    [114, 114.1],
  ])
})
