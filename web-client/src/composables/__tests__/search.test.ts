import { expect, it } from 'vitest'
import { parsePoint, rank, type Entry } from '../search'

const ENTRIES: Entry[] = [
  { kind: 'grid', id: 'G1', title: '张家湾村 3组', also: ['420882002210003'] },
  { kind: 'street', id: 's', title: '张湾大道' },
  { kind: 'unit', id: 'u1', title: '张伟' },
  { kind: 'unit', id: 'u2', title: '李张明' },
  { kind: 'incident', id: 'i', title: 'YX-20261124-0012' },
  { kind: 'station', id: 'st', title: '园区南门警务室' },
]
const ids = (query: string) => rank(query, ENTRIES, 10).map(({ id }) => id)

it.each([
  ['张', ['u1', 's', 'G1', 'u2']],
  ['张伟', ['u1']],
  [' 张伟 ', ['u1']],
  ['0012', ['i']],
  ['yx-2026', ['i']],
  ['ＹＸ', ['i']],
  ['警务', ['st']],
  ['420882', ['G1']],
  ['没有', []],
  ['', []],
  ['  ', []],
])('finds for %j, best first', (query, found) => {
  expect(ids(query)).toEqual(found)
})

it('gives no more than asked for', () => {
  expect(rank('张', ENTRIES, 2).map(({ id }) => id)).toEqual(['u1', 's'])
})

it.each([
  ['30.96,113.23', { lat: 30.96, lng: 113.23 }],
  ['30.96，113.23', { lat: 30.96, lng: 113.23 }],
  [' 30.96 113.23 ', { lat: 30.96, lng: 113.23 }],
  ['113.23, 30.96', { lat: 30.96, lng: 113.23 }],
  ['-33.9,18.4', { lat: -33.9, lng: 18.4 }],
  ['3组', null],
  ['113.23', null],
  ['200,95', null],
])('reads the point in %j', (text, point) => {
  expect(parsePoint(text)).toEqual(point)
})
