/** What is drawn of a file before it is imported: each place by what would become of it. */
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { Map } from 'maplibre-gl'
import type { ImportPreview } from '@/api/imports'
import { canvas, pixels, put } from './marks'
import { COLOURS } from './style'

export type PreviewPlace = ImportPreview['features']['features'][number]
/** Told by shape and outline, for a hue would mean a force. */
export const LOOKS = ['taken', 'warning', 'refused'] as const
export type Look = (typeof LOOKS)[number]

export const importMark = (look: Look) => `import-${look}`

/** The same shapes for the map and its key: a disc, a hollow square, a cross. */
export const PATHS: Record<Look, string> = {
  taken: 'M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0Z',
  warning: 'M-5.5 -5.5H5.5V5.5H-5.5Z',
  refused: 'M-6 -6L6 6M6 -6L-6 6',
}

const SIZE = 20

export function importPlaces(
  places: PreviewPlace[],
): FeatureCollection<Geometry, { look: Look; mark: string; name: string }> {
  const features = places.map(
    ({
      geometry,
      properties: { severity, name },
    }): Feature<Geometry, { look: Look; mark: string; name: string }> => {
      const look = severity ?? 'taken'
      return {
        type: 'Feature',
        geometry: geometry as unknown as Geometry,
        properties: { look, mark: importMark(look), name },
      }
    },
  )
  return { type: 'FeatureCollection', features }
}

export function addImportMarks(map: Map): void {
  for (const look of LOOKS) {
    const context = canvas(SIZE, SIZE)
    context.translate(SIZE / 2, SIZE / 2)
    const path = new Path2D(PATHS[look])
    context.strokeStyle = COLOURS.back
    context.lineWidth = 5
    context.stroke(path)
    context.strokeStyle = COLOURS.mark
    context.fillStyle = COLOURS.mark
    context.lineWidth = 2.5
    if (look === 'taken') context.fill(path)
    else context.stroke(path)
    put(map, importMark(look), pixels(context))
  }
}
