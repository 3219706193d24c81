import { expect, it } from 'vitest'
import type { Fix, Force, OnDuty } from '@/protocol'
import { distance_m } from '@/stores/geometry'
import { byForce, circleShape, inside } from '../circle'

const NOW = 10_000_000
const CENTRE = { lng: 113.2, lat: 30.9 }
const person = (id: string, force: Force) =>
  ({ member: { id, name: id, force, team: null }, shift: {} }) as OnDuty
const fix = (metres: number, age_ms: number): Fix => ({
  at_ms: NOW - age_ms,
  point: { lng: CENTRE.lng, lat: CENTRE.lat + metres / 111_195 },
  speed_mps: null,
  heading_deg: null,
  accuracy_m: null,
})

const FIXES = new Map([
  ['far', fix(510, 0)],
  ['edge', fix(499, 0)],
  ['near', fix(20, 599_000)],
  ['old', fix(20, 601_000)],
])
const DUTY = [
  person('edge', 'guard'),
  person('far', 'guard'),
  person('old', 'police'),
  person('near', 'police'),
  person('unseen', 'volunteer'),
]

it('takes who is on duty inside with a fix of the last ten minutes, nearest first', () => {
  const found = inside({ centre: CENTRE, radius_m: 500 }, DUTY, (id) => FIXES.get(id), NOW)
  expect(found.map(({ member }) => member.id)).toEqual(['near', 'edge'])
  expect(found[1]?.distance_m).toBeCloseTo(499, 0)
  expect(byForce(found)).toEqual([
    { force: 'police', n: 1 },
    { force: 'guard', n: 1 },
  ])
  expect(byForce([])).toEqual([])
})

it('draws the circle that it counts in', () => {
  const [ring = []] = circleShape({ centre: CENTRE, radius_m: 500 }).coordinates
  expect(ring[0]).toEqual(ring.at(-1))
  for (const [lng = 0, lat = 0] of ring) {
    const away_m = distance_m(CENTRE, { lng, lat })
    expect(Math.abs(away_m - 500)).toBeLessThan(1)
  }
})
