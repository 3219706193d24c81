import { describe, expect, it } from 'vitest'
import { gcj02 } from '../datum'
import { pixelOf, placeOf, TILE_PX, tileShift } from '../tile-shift'

/** Metres of a pixel at 31° north. */
const metres = (zoom: number) =>
  (40_075_017 * Math.cos((30.96 * Math.PI) / 180)) / 2 ** zoom / TILE_PX

describe('GCJ-02', () => {
  it('holds the vectors of the server', () => {
    for (const [wgs, gcj] of [
      [
        [113.23067, 30.96453],
        [113.236615, 30.9622514],
      ],
      [
        [116.404, 39.915],
        [116.4102445, 39.9164043],
      ],
    ] as const) {
      const [lng, lat] = gcj02(wgs[0], wgs[1])
      expect(lng).toBeCloseTo(gcj[0], 7)
      expect(lat).toBeCloseTo(gcj[1], 7)
    }
    expect(gcj02(-75.16, 39.95)).toEqual([-75.16, 39.95])
  })
})

describe('a basemap in GCJ-02', () => {
  /** How far a place is drawn from where it belongs, in pixels, on the tile that it lies on. */
  function off(lng: number, lat: number, zoom: number): number {
    const here = pixelOf(lng, lat, zoom)
    const tile = here.map((at) => Math.floor(at / TILE_PX)) as [number, number]
    const { columns, rows, transform } = tileShift(zoom, ...tile)
    const [a, b, c, d, e, f] = transform
    const there = pixelOf(...gcj02(lng, lat), zoom)
    const [x, y] = [there[0] - columns[0] * TILE_PX, there[1] - rows[0] * TILE_PX]
    expect(there[0] / TILE_PX).toBeLessThan(columns[1] + 1.001)
    expect(there[1] / TILE_PX).toBeLessThan(rows[1] + 1.001)
    const [left, top] = [here[0] - tile[0] * TILE_PX, here[1] - tile[1] * TILE_PX]
    return Math.hypot(a * x + c * y + e - left, b * x + d * y + f - top)
  }

  it('is right within 1 m over the district, and within a pixel from afar', () => {
    for (let zoom = 8; zoom <= 18; zoom++) {
      let worst = 0
      for (let east = 0; east <= 20; east++)
        for (let north = 0; north <= 20; north++)
          worst = Math.max(worst, off(113.15 + east * 0.007, 30.9 + north * 0.0065, zoom))
      if (zoom >= 14) expect(worst * metres(zoom), `zoom ${zoom}`).toBeLessThan(1)
      expect(worst, `zoom ${zoom}`).toBeLessThan(1)
    }
  })

  it('would be 600 m off unshifted', () => {
    const [wgs, gcj] = [
      pixelOf(113.23067, 30.96453, 16),
      pixelOf(...gcj02(113.23067, 30.96453), 16),
    ]
    const px = Math.hypot(wgs[0] - gcj[0], wgs[1] - gcj[1])
    expect(px * metres(16)).toBeCloseTo(621, -1)
  })

  it('leaves a tile outside China as it is', () => {
    const { columns, rows, transform } = tileShift(12, 1192, 1551)
    expect([columns, rows]).toEqual([
      [1192, 1192],
      [1551, 1551],
    ])
    for (const [at, value] of [1, 0, 0, 1, 0, 0].entries())
      expect(transform[at]).toBeCloseTo(value, 6)
  })

  it('turns pixels into places and back', () => {
    const [lng, lat] = placeOf(pixelOf(113.2, 30.9, 15), 15)
    expect(lng).toBeCloseTo(113.2, 9)
    expect(lat).toBeCloseTo(30.9, 9)
  })
})
