/** What is drawn of places, as GeoJSON: plain values in, plain values out. */
import type { Feature, FeatureCollection, Point as PointShape } from 'geojson'
import type { Area, GridCollection } from '@/api'
import type { Checkpoint, Station, StationKind } from '@/api/places'
import type { Point } from '@/protocol'
import { bounds } from '@/stores/geometry'

export type Properties = Record<string, string | number | boolean>
export type Mark = Feature<PointShape, Properties>
export type Marks = FeatureCollection<PointShape, Properties>

export const mark = ({ lng, lat }: Point, properties: Properties): Mark => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lng, lat] },
  properties,
})

export const marks = (features: Mark[]): Marks => ({ type: 'FeatureCollection', features })

/** West, south, east, north. */
export type Box = [number, number, number, number]

export function boxOf(points: Point[]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { lng, lat } of points) {
    box[0] = Math.min(box[0], lng)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lng)
    box[3] = Math.max(box[3], lat)
  }
  return box
}

export const boxHolds = ([west, south, east, north]: Box, { lng, lat }: Point) =>
  lng >= west && lng <= east && lat >= south && lat <= north

export function middleOf(points: Point[]): Point {
  const sum = points.reduce((a, b) => ({ lng: a.lng + b.lng, lat: a.lat + b.lat }))
  return { lng: sum.lng / points.length, lat: sum.lat / points.length }
}

/** The areas' names, each in the middle of its grids. */
export function areaNames(areas: Area[], grids: GridCollection): Marks {
  return marks(
    areas.flatMap(({ code, name }) => {
      const shapes = grids.features.filter(({ properties }) => properties.area === code)
      const box = bounds(shapes.map(({ geometry }) => geometry))
      if (!box) return []
      const [west, south, east, north] = box
      return [mark({ lng: (west + east) / 2, lat: (south + north) / 2 }, { name })]
    }),
  )
}

export function stationMarks(stations: Station[], kinds: StationKind[]): Marks {
  return marks(
    stations
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ id, kind, name, point }) => mark(point, { id, name, mark: `station-${kind}` })),
  )
}

export function checkpointMarks(checkpoints: Checkpoint[]): Marks {
  return marks(
    checkpoints.map(({ id, name, point, must_visit }) =>
      mark(point, { id, name, mark: `checkpoint-${must_visit ? 'must' : 'may'}` }),
    ),
  )
}
