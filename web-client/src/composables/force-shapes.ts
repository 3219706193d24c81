/** A shape for each force, beside its hue, for readers who can't tell hues: in a box of −1..1. */
import type { Force } from '@/protocol'

type Corner = readonly [x: number, y: number]

const polygon = (corners: number, turn: number): Corner[] =>
  Array.from({ length: corners }, (_, n) => {
    const angle = turn + (n * 2 * Math.PI) / corners
    return [Math.sin(angle), -Math.cos(angle)]
  })

/** The corners; a circle is told by many of them. */
export const SHAPES: Record<Force, readonly Corner[]> = {
  police: polygon(4, 0),
  auxiliary: polygon(3, 0),
  property: polygon(4, Math.PI / 4),
  guard: polygon(6, 0),
  volunteer: polygon(24, 0),
}

/** The shape as an SVG path around the origin. */
export function shapePath(force: Force, radius: number): string {
  const corners = SHAPES[force].map(
    ([x, y]) => `${(x * radius).toFixed(2)} ${(y * radius).toFixed(2)}`,
  )
  return `M${corners.join('L')}Z`
}
