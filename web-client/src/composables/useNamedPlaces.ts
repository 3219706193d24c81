/** Every place of the district that has a name, with a point that stands for it. */
import { computed } from 'vue'
import { labelPoint } from '@/stores/geometry'
import { usePlaces } from '@/stores/places'
import { useSites } from '@/stores/sites'
import type { Named } from './place-choices'
import { useNames } from './useNames'

export function useNamedPlaces() {
  const names = useNames()
  const places = usePlaces()
  const sites = useSites()

  return computed<Named[]>(() => [
    ...sites.streets.features.flatMap(({ properties, geometry }): Named[] => {
      // The middle of its course; a caller who knows more points at the map.
      const middle = geometry.coordinates[Math.floor(geometry.coordinates.length / 2)]
      const [lng, lat] = middle ?? []
      if (lng === undefined || lat === undefined) return []
      return [{ kind: 'streets', id: properties.id, name: properties.name, point: { lng, lat } }]
    }),
    ...sites.stations.map(({ id, name, point }): Named => ({ kind: 'stations', id, name, point })),
    ...places.grids.features.map(({ properties: { code }, geometry }): Named => ({
      kind: 'grids',
      id: code,
      name: `${names.grid(code)} ${code}`,
      point: labelPoint(geometry),
    })),
  ])
}
