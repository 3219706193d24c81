import { expect, it } from 'vitest'
import type { Unit } from '@/stores/units'
import { APART_ZOOM, CROWD, unitPicture } from '../unit-marks'

const NOW = 10_000_000
const unit = (id: string, at_ms: number, lng = 113, shown = true): Unit => ({
  member: { id, name: id, force: 'police', team: null },
  fix: { at_ms, point: { lng, lat: 31 }, speed_mps: null, heading_deg: null, accuracy_m: null },
  shown,
})
const near = {
  now_ms: NOW,
  zoom: APART_ZOOM,
  box: [112, 30, 114, 32] as [number, number, number, number],
  selected: null,
}
const looks = (units: Unit[], view: Parameters<typeof unitPicture>[1]) =>
  unitPicture(units, view).marks.features.map(({ properties }) => properties)

it('draws a unit by force and age, and none that is too old, hidden or far off the screen', () => {
  const units = [
    unit('a', NOW),
    unit('b', NOW - 60_000),
    unit('c', NOW - 300_000),
    unit('d', NOW - 700_000),
    unit('e', NOW, 113, false),
    unit('f', NOW, 120),
  ]
  expect(looks(units, near)).toEqual([
    { member: 'a', mark: 'unit-police-fresh' },
    { member: 'b', mark: 'unit-police-ageing' },
    { member: 'c', mark: 'unit-police-old' },
  ])
})

it('says when an age shows next', () => {
  const turns = (...ages: number[]) =>
    unitPicture(
      ages.map((age, n) => unit(`${n}`, NOW - age)),
      near,
    ).turns_ms - NOW
  expect(turns()).toBe(Infinity)
  expect(turns(0)).toBe(30_000)
  expect(turns(0, 30_000)).toBe(30_000)
  expect(turns(119_000, 0)).toBe(1_001)
  expect(turns(599_000)).toBe(1_001)
  expect(turns(700_000)).toBe(Infinity)
})

it('shows from afar how many stand at one place, and the selected one always by itself', () => {
  const units = [unit('a', NOW), unit('b', NOW), unit('c', NOW), unit('d', NOW, 113.5)]
  const far = { ...near, zoom: 11, selected: 'c' }
  expect(looks(units, far)).toEqual([
    { count: 2, west: 113, south: 31, east: 113, north: 31 },
    { member: 'd', mark: 'unit-police-fresh' },
    { member: 'c', mark: 'unit-police-fresh' },
  ])
})

it('loses none of ten thousand, from afar and from near, and never draws a crowd one by one', () => {
  const units = Array.from({ length: 10_000 }, (_, n) =>
    unit(`${n}`, NOW, 113 + ((n * 7919) % 10_007) / 100_000),
  )
  for (const zoom of [12, 16]) {
    const drawn = looks(units, { ...near, zoom })
    const sum = drawn.reduce((all, { count }) => all + (typeof count === 'number' ? count : 1), 0)
    expect(sum).toBe(10_000)
    expect(drawn.length).toBeLessThan(CROWD)
  }
  expect(looks(units.slice(0, CROWD), near).length).toBe(CROWD)
})
