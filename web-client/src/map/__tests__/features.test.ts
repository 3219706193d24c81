import { expect, it } from 'vitest'
import type { Checkpoint, Station } from '@/api/places'
import { areaNames, boxHolds, boxOf, checkpointMarks, middleOf, stationMarks } from '../features'

const at = { lng: 113.2, lat: 30.9 }
const station = (id: string, kind: Station['kind']): Station => ({
  id,
  district: 'd',
  kind,
  name: id,
  point: at,
  area: null,
  grid: null,
})

it('draws stations of the kinds that are on, and nothing of empty lists', () => {
  const all = [station('a', 'police_office'), station('b', 'rally_point')]
  const drawn = stationMarks(all, ['rally_point']).features.map(({ properties }) => properties)
  expect(drawn).toEqual([{ id: 'b', name: 'b', mark: 'station-rally_point' }])
  expect(stationMarks([], ['rally_point']).features).toEqual([])
  expect(checkpointMarks([]).features).toEqual([])
  expect(areaNames([], { type: 'FeatureCollection', features: [] }).features).toEqual([])
})

it('tells checkpoints that every lap must pass from the others', () => {
  const checkpoint = (must_visit: boolean): Checkpoint => ({
    id: 'c',
    district: 'd',
    name: 'c',
    point: at,
    grid: null,
    must_visit,
  })
  const looks = checkpointMarks([checkpoint(true), checkpoint(false)]).features
  expect(looks.map(({ properties }) => properties.mark)).toEqual([
    'checkpoint-must',
    'checkpoint-may',
  ])
})

it('knows the box and the middle of points', () => {
  const points = [
    { lng: 1, lat: 4 },
    { lng: 3, lat: 2 },
  ]
  expect(boxOf(points)).toEqual([1, 2, 3, 4])
  expect(middleOf(points)).toEqual({ lng: 2, lat: 3 })
  expect(boxHolds([1, 2, 3, 4], { lng: 3, lat: 2 })).toBe(true)
  expect(boxHolds([1, 2, 3, 4], { lng: 3.01, lat: 2 })).toBe(false)
})
