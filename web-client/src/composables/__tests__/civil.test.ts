import { expect, it } from 'vitest'
import { clockTime, dateTime, isoWeek, shortTime } from '../civil'

const SHANGHAI = 'Asia/Shanghai'
const at = (text: string) => Date.parse(text)

it.each([
  ['2026-11-24T12:05:00Z', '2026-W48'],
  // Sunday belongs to the week before; Monday begins at the district's midnight.
  ['2026-11-22T15:59:59Z', '2026-W47'],
  ['2026-11-22T16:00:00Z', '2026-W48'],
  ['2021-01-01T00:00:00Z', '2020-W53'],
  ['2018-12-31T00:00:00Z', '2019-W01'],
  ['2016-01-03T12:00:00Z', '2015-W53'],
])('%s is in week %s', (time, week) => {
  expect(isoWeek(at(time), SHANGHAI)).toBe(week)
})

it('writes times in the district’s zone, with the date on another day', () => {
  const now = at('2026-11-24T16:30:00Z')
  expect(dateTime(now, SHANGHAI)).toBe('2026-11-25 00:30')
  expect(shortTime(now, now, SHANGHAI)).toBe('00:30')
  expect(shortTime(at('2026-11-24T15:59:00Z'), now, SHANGHAI)).toBe('11-24 23:59')
  expect(clockTime(now, SHANGHAI)).toBe('00:30:00')
})
