/** Marks that would cover each other, in pixels of the whole world at a zoom. */
import type { Point } from '@/protocol'

/** MapLibre's world is this wide at zoom 0. */
const TILE_PX = 512
/** Cells of this many columns make one number of a row and a column. */
const COLUMNS = 2 ** 26

export interface Pixel {
  x: number
  y: number
}

/** Web Mercator: x to the east, y to the south. */
export function worldPixel({ lng, lat }: Point, zoom: number): Pixel {
  const size = TILE_PX * 2 ** zoom
  const sine = Math.sin((lat * Math.PI) / 180)
  return {
    x: (lng / 360 + 0.5) * size,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size,
  }
}

export function fromWorldPixel({ x, y }: Pixel, zoom: number): Point {
  const size = TILE_PX * 2 ** zoom
  const turned = Math.PI * (1 - (2 * y) / size)
  return {
    lng: (x / size - 0.5) * 360,
    lat: (Math.atan(Math.sinh(turned)) * 180) / Math.PI,
  }
}

interface Cell {
  /** Sums, so that the middle moves smoothly with its members. */
  x: number
  y: number
  members: number[]
}

/**
 * Groups of indices whose marks lie within `reach_px` of each other, roughly: cells of that size
 * first, then cells whose middles are nearer than it. A group stays as the map is moved.
 */
export function overlapping(pixels: Pixel[], reach_px: number): number[][] {
  const cells = new Map<number, Cell>()
  pixels.forEach(({ x, y }, n) => {
    const key = Math.floor(y / reach_px) * COLUMNS + Math.floor(x / reach_px)
    const cell = cells.get(key)
    if (cell) {
      cell.x += x
      cell.y += y
      cell.members.push(n)
    } else cells.set(key, { x, y, members: [n] })
  })
  const groups: number[][] = []
  const taken = new Set<number>()
  const fullestFirst = [...cells].sort(([, a], [, b]) => b.members.length - a.members.length)
  for (const [key, cell] of fullestFirst) {
    if (taken.has(key)) continue
    taken.add(key)
    const group = [...cell.members]
    for (const near of around(key)) {
      const other = cells.get(near)
      if (!other || taken.has(near) || apart(cell, other) > reach_px) continue
      taken.add(near)
      group.push(...other.members)
    }
    groups.push(group)
  }
  return groups
}

const around = (key: number) =>
  [-COLUMNS, 0, COLUMNS].flatMap((row) => [key + row - 1, key + row, key + row + 1])

function apart(a: Cell, b: Cell): number {
  const [n, m] = [a.members.length, b.members.length]
  return Math.hypot(a.x / n - b.x / m, a.y / n - b.y / m)
}
