/**
 * Where a tile of the map lies on a basemap in GCJ-02. The basemap is shifted and nothing else:
 * what is drawn above it, and what is clicked, stays WGS-84.
 */
import { gcj02 } from './datum'

export const TILE_PX = 256
/** No tile is fetched for less than this part of one. */
const SLIVER = 1e-6

export type Pixel = [x: number, y: number]

/** The pixel of a place on the whole map of a zoom, in Web Mercator. */
export function pixelOf(lng: number, lat: number, zoom: number): Pixel {
  const size = TILE_PX * 2 ** zoom
  const sin = Math.sin((lat * Math.PI) / 180)
  const y = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
  return [(lng / 360 + 0.5) * size, y * size]
}

/** The place of such a pixel. */
export function placeOf([x, y]: Pixel, zoom: number): [lng: number, lat: number] {
  const size = TILE_PX * 2 ** zoom
  const north = Math.PI * (1 - (2 * y) / size)
  return [(x / size - 0.5) * 360, (Math.atan(Math.sinh(north)) * 180) / Math.PI]
}

export interface TileShift {
  /** The tiles of the basemap that this one is cut from, both ends included. */
  columns: [first: number, last: number]
  rows: [first: number, last: number]
  /** From pixels of those tiles, joined, to pixels of this one: a canvas's a, b, c, d, e, f. */
  transform: [number, number, number, number, number, number]
}

/**
 * The shift changes by some metres a kilometre, so it is taken at the tile's corners, as one
 * affine map between them.
 */
export function tileShift(zoom: number, x: number, y: number): TileShift {
  const corner = (right: number, down: number): Pixel => {
    const [lng, lat] = placeOf([(x + right) * TILE_PX, (y + down) * TILE_PX], zoom)
    return pixelOf(...gcj02(lng, lat), zoom)
  }
  const [nw, ne, sw, se] = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)]
  const corners = [nw, ne, sw, se]
  const range = (axis: 0 | 1): [number, number] => {
    const at = corners.map((pixel) => pixel[axis] / TILE_PX)
    return [Math.floor(Math.min(...at) + SLIVER), Math.ceil(Math.max(...at) - SLIVER) - 1]
  }
  const [columns, rows] = [range(0), range(1)]
  // Forward: a step of this tile's pixel to the east and to the south, on the basemap.
  const east = (axis: 0 | 1) => (ne[axis] + se[axis] - nw[axis] - sw[axis]) / (2 * TILE_PX)
  const south = (axis: 0 | 1) => (sw[axis] + se[axis] - nw[axis] - ne[axis]) / (2 * TILE_PX)
  const [xx, xy, yx, yy] = [east(0), east(1), south(0), south(1)]
  const middle = (axis: 0 | 1, first: number) =>
    corners.reduce((sum, pixel) => sum + pixel[axis], 0) / 4 - first * TILE_PX
  const [mx, my] = [middle(0, columns[0]), middle(1, rows[0])]
  // And the other way round.
  const det = xx * yy - xy * yx
  const [a, b, c, d] = [yy / det, -xy / det, -yx / det, xx / det]
  const half = TILE_PX / 2
  return { columns, rows, transform: [a, b, c, d, half - a * mx - c * my, half - b * mx - d * my] }
}
