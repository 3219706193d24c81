/** What is drawn, as GeoJSON: plain values in, plain values out. */
import type { Feature, FeatureCollection, Point as PointShape } from 'geojson'
import type { Area, GridCollection } from '@/api'
import { ageOf } from '@/composables/age'
import type { Incident, Point } from '@/protocol'
import { bounds } from '@/stores/geometry'
import type { Unit } from '@/stores/units'
import { levelMark, unitMark } from './marks'

export type Marks = FeatureCollection<PointShape, Record<string, string | boolean>>

const at = (
  { lng, lat }: Point,
  properties: Record<string, string | boolean>,
): Feature<PointShape, Record<string, string | boolean>> => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lng, lat] },
  properties,
})

/** Units that the server shows, until their fix is too old for the map. */
export function unitMarks(units: Iterable<Unit>, selected: string | null, now_ms: number): Marks {
  const features: Marks['features'] = []
  for (const { member, fix, shown } of units) {
    const age = ageOf(fix.at_ms, now_ms)
    if (!shown || age === 'gone') continue
    features.push(
      at(fix.point, {
        member: member.id,
        mark: unitMark(member.force, age),
        selected: member.id === selected,
      }),
    )
  }
  return { type: 'FeatureCollection', features }
}

export function incidentMarks(incidents: Incident[], selected: string | null): Marks {
  const features = incidents.flatMap(({ id, point, level }) =>
    point ? [at(point, { incident: id, mark: levelMark(level), selected: id === selected })] : [],
  )
  return { type: 'FeatureCollection', features }
}

/** The areas' names, each in the middle of its grids. */
export function areaNames(areas: Area[], grids: GridCollection): Marks {
  const features = areas.flatMap(({ code, name }) => {
    const shapes = grids.features.filter(({ properties }) => properties.area === code)
    const box = bounds(shapes.map(({ geometry }) => geometry))
    if (!box) return []
    const [west, south, east, north] = box
    return [at({ lng: (west + east) / 2, lat: (south + north) / 2 }, { name })]
  })
  return { type: 'FeatureCollection', features }
}
