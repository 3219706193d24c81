/** Loads tiles of a basemap in GCJ-02 as tiles in WGS-84: fetched, joined, drawn shifted. */
import { addProtocol, removeProtocol } from 'maplibre-gl'
import { TILE_PX, tileShift } from './tile-shift'

const filled = (template: string, z: number, x: number, y: number) =>
  template.replaceAll('{z}', `${z}`).replaceAll('{x}', `${x}`).replaceAll('{y}', `${y}`)

async function fetched(url: string, signal: AbortSignal): Promise<ImageBitmap | null> {
  const answer = await fetch(url, { signal })
  return answer.ok ? createImageBitmap(await answer.blob()) : null
}

async function drawn(template: string, z: number, x: number, y: number, signal: AbortSignal) {
  const { columns, rows, transform } = tileShift(z, x, y)
  const width = columns[1] - columns[0] + 1
  const joined = new OffscreenCanvas(width * TILE_PX, (rows[1] - rows[0] + 1) * TILE_PX)
  const tile = new OffscreenCanvas(TILE_PX, TILE_PX)
  const [whole, cut] = [joined.getContext('2d'), tile.getContext('2d')]
  if (!whole || !cut) throw new Error('no canvas')
  const parts: Promise<void>[] = []
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      const [left, top] = [(column - columns[0]) * TILE_PX, (row - rows[0]) * TILE_PX]
      const url = filled(template, z, column, row)
      parts.push(
        fetched(url, signal).then((image) => {
          if (image) whole.drawImage(image, left, top, TILE_PX, TILE_PX)
        }),
      )
    }
  }
  await Promise.all(parts)
  // Joined before it is shifted: edges inside would show.
  cut.setTransform(...transform)
  cut.drawImage(joined, 0, 0)
  return tile.transferToImageBitmap()
}

/** An address for the map's tiles that loads from `template`, and a way to take it back. */
export function shifted(template: string, name: string): { url: string; stop: () => void } {
  addProtocol(name, async ({ url }, { signal }) => {
    const [z = 0, x = 0, y = 0] = url.slice(name.length + 3).split('/').map(Number) // prettier-ignore
    return { data: await drawn(template, z, x, y, signal) }
  })
  return { url: `${name}://{z}/{x}/{y}`, stop: () => removeProtocol(name) }
}
