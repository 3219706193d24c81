import { describe, expect, it } from 'vitest'
import type { RosterEntry } from '@/api/duty'
import { entryNow, progress } from '../beat'
import { WAYS, wayTo } from '../bearing'

describe('progress', () => {
  const route = ['a', 'b', 'c']
  it.each([
    [2, '', { next: 'a', lap: 1, done: 0 }],
    [2, 'a', { next: 'b', lap: 1, done: 1 }],
    [2, 'b', { next: 'a', lap: 1, done: 1 }],
    [2, 'abc', { next: 'a', lap: 2, done: 0 }],
    [2, 'abca', { next: 'b', lap: 2, done: 1 }],
    // Two visits of one don't make up for another.
    [2, 'aab', { next: 'c', lap: 1, done: 2 }],
    [2, 'abcabc', { next: null, lap: 2, done: 3 }],
    [1, 'abcx', { next: null, lap: 1, done: 3 }],
  ])('of %i laps after "%s"', (laps, visits, expected) => {
    expect(progress(route, laps, visits.split(''))).toEqual(expected)
  })

  it('has nowhere to go without a route', () => {
    expect(progress([], 2, ['a'])).toEqual({ next: null, lap: 1, done: 0 })
  })
})

describe('the planned shift that is meant', () => {
  const entry = (id: string, starts_ms: number, ends_ms: number) =>
    ({ id, starts_ms, ends_ms }) as RosterEntry
  const all = [entry('tomorrow', 300, 400), entry('evening', 100, 200), entry('morning', 10, 60)]
  it.each([
    [20, 'morning'],
    [80, 'evening'],
    [150, 'evening'],
    [199, 'evening'],
    [200, 'tomorrow'],
    [350, 'tomorrow'],
  ])('at %i is %s', (now_ms, id) => expect(entryNow(all, now_ms)?.id).toBe(id))

  it('is none when all are over', () => expect(entryNow(all, 400)).toBeNull())
  it('is the later of two that overlap', () =>
    expect(entryNow([entry('a', 0, 50), entry('b', 40, 90)], 45)?.id).toBe('b'))
})

it('names eight ways, clockwise from the north', () => {
  const from = { lng: 113.23, lat: 30.96 }
  const steps = [
    [0, 1],
    [1, 1],
    [1, 0],
    [1, -1],
    [0, -1],
    [-1, -1],
    [-1, 0],
    [-1, 1],
  ] as const
  const found = steps.map(([east, north]) =>
    // A degree of longitude is shorter here than one of latitude.
    wayTo(from, { lng: from.lng + (east * 0.01) / Math.cos(0.54), lat: from.lat + north * 0.01 }),
  )
  expect(found).toEqual(WAYS)
})
