import { describe, expect, it } from 'vitest'
import type { Polygon } from 'geojson'
import { bounds, contains, distance_m, labelPoint } from '../geometry'

/** A U: its middle is outside. */
const u: Polygon = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [9, 0],
      [9, 6],
      [7, 6],
      [7, 1],
      [3, 1],
      [3, 6],
      [0, 6],
      [0, 0],
    ],
  ],
}

describe('polygons', () => {
  it.each([
    [{ lng: 1, lat: 5 }, true],
    [{ lng: 5, lat: 0.5 }, true],
    [{ lng: 5, lat: 3 }, false],
    [{ lng: 10, lat: 3 }, false],
  ])('%j is inside: %s', (point, inside) => {
    expect(contains(u, point)).toBe(inside)
  })

  it('labels a point that is inside', () => {
    expect(labelPoint(u)).toEqual({ lng: 1.5, lat: 3 })
    expect(contains(u, labelPoint(u))).toBe(true)
  })

  it('has bounds', () => {
    expect(bounds([u])).toEqual([0, 0, 9, 6])
    expect(bounds([])).toBeNull()
  })
})

it('measures great circles', () => {
  const degree = distance_m({ lng: 113, lat: 30 }, { lng: 113, lat: 31 })
  expect(degree).toBeCloseTo(111_195, -1)
  expect(distance_m({ lng: 113, lat: 30 }, { lng: 113, lat: 30 })).toBe(0)
})
