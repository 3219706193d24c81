import { expect, it } from 'vitest'
import { fromWorldPixel, overlapping, worldPixel } from '../overlap'

it('goes to pixels and back', () => {
  const point = { lng: 113.23, lat: 30.96 }
  const back = fromWorldPixel(worldPixel(point, 14), 14)
  expect(back.lng).toBeCloseTo(point.lng, 9)
  expect(back.lat).toBeCloseTo(point.lat, 9)
  expect(worldPixel({ lng: 0, lat: 0 }, 1)).toEqual({ x: 512, y: 512 })
})

const groups = (xs: number[]) =>
  overlapping(
    xs.map((x) => ({ x, y: 10 })),
    30,
  ).map((group) => group.sort())

it('puts together what is near, also across the edge of a cell', () => {
  expect(groups([1, 200])).toEqual([[0], [1]])
  expect(groups([1, 5, 9])).toEqual([[0, 1, 2]])
  expect(groups([29, 31])).toEqual([[0, 1]])
  expect(groups([])).toEqual([])
})

it('keeps everybody, each once', () => {
  const xs = Array.from({ length: 1000 }, (_, n) => (n * 7919) % 4001)
  expect(
    groups(xs)
      .flat()
      .sort((a, b) => a - b),
  ).toEqual(xs.map((_, n) => n))
})
