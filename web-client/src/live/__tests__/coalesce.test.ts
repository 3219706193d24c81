import { expect, it } from 'vitest'
import type { MemberBrief } from '@/protocol'
import { Coalescer, type PositionChange } from '../coalesce'

const member = (id: string): MemberBrief => ({ id, name: id, force: 'guard', team: null })
const unit = (id: string, at_ms: number) => ({
  member: member(id),
  fix: { at_ms, point: { lng: 0, lat: 0 }, speed_mps: null, heading_deg: null, accuracy_m: null },
})

function setUp() {
  const flushes: (() => void)[] = []
  const delivered: PositionChange[] = []
  const coalescer = new Coalescer(
    (flush) => flushes.push(flush),
    (change) => delivered.push(change),
  )
  const flush = () => {
    flushes.splice(0).forEach((run) => run())
    return delivered.pop()
  }
  return { coalescer, flush, flushes }
}

it('merges frames until the flush, the newest fix winning', () => {
  const { coalescer, flush, flushes } = setUp()
  coalescer.add({ audience: 1, full: false, units: [unit('a', 5), unit('b', 1)], gone: [] })
  coalescer.add({ audience: 1, full: false, units: [unit('a', 4)], gone: ['b'] })
  expect(flushes).toHaveLength(1)
  const change = flush()
  expect(change?.units.get('a')?.fix.at_ms).toBe(5)
  expect([...(change?.units.keys() ?? [])]).toEqual(['a'])
  expect([...(change?.gone ?? [])]).toEqual(['b'])
})

it('takes a member who is gone and back in one frame to be back', () => {
  const { coalescer, flush } = setUp()
  coalescer.add({ audience: 1, full: true, units: [unit('a', 1)], gone: [] })
  flush()
  coalescer.add({ audience: 1, full: false, units: [unit('a', 2)], gone: ['a'] })
  const change = flush()
  expect([...(change?.units.keys() ?? [])]).toEqual(['a'])
  expect([...(change?.gone ?? [])]).toEqual([])
})

it('takes a full frame to mean that the others of its audience are gone', () => {
  const { coalescer, flush } = setUp()
  coalescer.add({ audience: 1, full: true, units: [unit('a', 1), unit('b', 1)], gone: [] })
  coalescer.add({ audience: 2, full: true, units: [unit('b', 1)], gone: [] })
  flush()
  coalescer.add({ audience: 1, full: true, units: [], gone: [] })
  expect([...(flush()?.gone ?? [])]).toEqual(['a'])
})
