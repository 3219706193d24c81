/** Every place of the district that has a name, with a point that stands for it. */
import { computed } from 'vue'
import { labelPoint } from '@/stores/geometry'
import { usePlaces } from '@/stores/places'
import type { Named } from './place-choices'
import { useNames } from './useNames'

export function useNamedPlaces() {
  const names = useNames()
  const places = usePlaces()

  return computed<Named[]>(() =>
    places.grids.features.map(({ properties: { code }, geometry }) => ({
      kind: 'grids',
      id: code,
      name: `${names.grid(code)} ${code}`,
      point: labelPoint(geometry),
    })),
  )
}
