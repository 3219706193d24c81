import { expect, it } from 'vitest'
import type { Incident } from '@/protocol'
import { incidentPicture, parts } from '../incident-marks'

const incident = (
  id: string,
  level: Incident['level'],
  lng: number | null = 113,
  sos = false,
): Incident => {
  const point = lng === null ? null : { lng, lat: 31 }
  return { id, level, point, received_ms: 0, flags: { sos } } as Incident
}
const alone = { zoom: 13, selected: null, opened: null, overdue: new Set<string>() }
const looks = (...of: Parameters<typeof incidentPicture>) =>
  incidentPicture(...of).marks.features.map(({ properties }) => properties)

it('draws those with a place, by level', () => {
  const drawn = looks(
    [incident('a', '4'), incident('b', '1', null), incident('c', null, 114)],
    alone,
  )
  expect(drawn.map(({ mark }) => mark)).toEqual(['level-4', 'level-none'])
})

it('hides none behind another: the gravest level, and how many more', () => {
  const drawn = looks([incident('a', '4'), incident('b', '2'), incident('c', null)], alone)
  expect(drawn).toMatchObject([{ stack: 'b', mark: 'level-2', more: '+2', count: 3 }])
})

it('fans out the place that was opened, each pin apart', () => {
  const all = ['a', 'b', 'c'].map((id) => incident(id, '3'))
  const { marks, legs } = incidentPicture(all, { ...alone, opened: 'b' })
  expect(marks.features.map(({ properties }) => properties.incident).sort()).toEqual([
    'a',
    'b',
    'c',
  ])
  const places = marks.features.map(({ geometry }) => geometry.coordinates.join())
  expect(new Set(places).size).toBe(3)
  expect(legs.length).toBe(3)
})

it('puts the selected one where it is, above and beside the others', () => {
  const all = [incident('a', '1'), incident('b', '4'), incident('c', '3')]
  const { marks } = incidentPicture(all, { ...alone, selected: 'b' })
  const [others, chosen] = marks.features
  expect(chosen).toMatchObject({
    geometry: { coordinates: [113, 31] },
    properties: { incident: 'b', selected: true },
  })
  expect(others).toMatchObject({ properties: { mark: 'level-1', count: 2 } })
  expect(others?.geometry.coordinates[0]).toBeGreaterThan(113)
})

it('hides no SOS behind another matter, and draws it above', () => {
  const all = [incident('s', '1', 113, true), incident('a', '1'), incident('b', '2')]
  expect(looks(all, alone)).toMatchObject([{ stack: 'a' }, { incident: 's', mark: 'sos' }])
  const two = [incident('s', '1', 113, true), incident('t', '1', 113, true)]
  expect(looks(two, alone)).toMatchObject([{ mark: 'sos', more: '+1' }])
})

it('tells what is overdue, also one of several', () => {
  const view = { ...alone, overdue: new Set(['b']) }
  const all = [incident('a', '3'), incident('b', '4'), incident('c', '4', 114)]
  expect(looks(all, view).map(({ mark }) => mark)).toEqual(['level-3-overdue', 'level-4'])
  expect(looks(all.slice(1), view).map(({ mark }) => mark)).toEqual(['level-4-overdue', 'level-4'])
})

it('knows whether coming nearer parts them', () => {
  const at = (lng: number) => ({ lng, lat: 31 })
  expect(parts([at(113), at(113)])).toBe(false)
  expect(parts([at(113), at(113.001)])).toBe(true)
})
