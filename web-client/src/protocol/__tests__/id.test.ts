import { expect, it } from 'vitest'
import { newId } from '../id'

it('makes version 7 ids that sort by time and differ within it', () => {
  expect(newId(0x0199_1234_5678)).toMatch(
    /^01991234-5678-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(newId(1_795_000_000_000) < newId(1_795_000_000_001)).toBe(true)
  expect(newId(5)).not.toBe(newId(5))
})
