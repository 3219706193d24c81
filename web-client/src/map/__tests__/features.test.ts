import { expect, it } from 'vitest'
import type { Incident } from '@/protocol'
import type { Unit } from '@/stores/units'
import { incidentMarks, unitMarks } from '../features'

const unit = (id: string, at_ms: number, shown = true): Unit => ({
  member: { id, name: id, force: 'police', team: null },
  fix: {
    at_ms,
    point: { lng: 113, lat: 31 },
    speed_mps: null,
    heading_deg: null,
    accuracy_m: null,
  },
  shown,
})

it('draws a unit by force and age, and none that is too old or no longer shown', () => {
  const now = 1_000_000
  const units = [
    unit('a', now),
    unit('b', now - 60_000),
    unit('c', now - 300_000),
    unit('d', now - 700_000),
    unit('e', now, false),
  ]
  const drawn = unitMarks(units, 'b', now).features.map(({ properties }) => properties)
  expect(drawn).toEqual([
    { member: 'a', mark: 'unit-police-fresh', selected: false },
    { member: 'b', mark: 'unit-police-ageing', selected: true },
    { member: 'c', mark: 'unit-police-old', selected: false },
  ])
})

it('draws incidents with a place by level', () => {
  const incident = (id: string, point: Incident['point'], level: Incident['level']) =>
    ({ id, point, level }) as Incident
  const marks = incidentMarks(
    [
      incident('a', { lng: 1, lat: 2 }, '4'),
      incident('b', null, '1'),
      incident('c', { lng: 1, lat: 2 }, null),
    ],
    null,
  )
  expect(marks.features.map(({ properties }) => properties.mark)).toEqual(['level-4', 'level-none'])
})
