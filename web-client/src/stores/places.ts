/** What seldom changes in a district: grids, areas, kinds, organisations and teams. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { getAreas, getGrids, getKinds, getOrganisations, getTeams } from '@/api'
import type { Area, GridCollection, GridProperties } from '@/api'
import type { Kind, Organisation, Point, Team } from '@/protocol'
import { contains, labelPoint } from './geometry'
import { useReads } from './reads'

export type Loading = 'idle' | 'loading' | 'ready' | 'failed'

export const usePlaces = defineStore('places', () => {
  const reads = useReads()
  const loading = ref<Loading>('idle')
  /** Whether it is what was read last, before there was no server. */
  const stale = ref(false)
  const grids = shallowRef<GridCollection>({ type: 'FeatureCollection', features: [] })
  const areas = shallowRef<Area[]>([])
  const kinds = shallowRef<Kind[]>([])
  const organisations = shallowRef<Organisation[]>([])
  const teams = shallowRef<Team[]>([])

  const gridsByCode = computed(
    () => new Map(grids.value.features.map((grid) => [grid.properties.code, grid])),
  )
  const areasByCode = computed(() => new Map(areas.value.map((area) => [area.code, area])))
  const kindsByCode = computed(() => new Map(kinds.value.map((kind) => [kind.code, kind])))
  const teamsById = computed(() => new Map(teams.value.map((team) => [team.id, team])))
  const organisationsById = computed(() => new Map(organisations.value.map((org) => [org.id, org])))

  async function load(district: string): Promise<void> {
    loading.value = 'loading'
    try {
      const read = await reads.read(`places.${district}`, () =>
        Promise.all([
          getKinds(district),
          getTeams(district),
          getOrganisations(district),
          getAreas(district),
          getGrids(district),
        ]),
      )
      const [allKinds, allTeams, allOrganisations, allAreas, allGrids] = read.value
      stale.value = read.stale
      kinds.value = allKinds
      teams.value = allTeams
      organisations.value = allOrganisations
      areas.value = allAreas
      grids.value = allGrids
      loading.value = 'ready'
    } catch {
      loading.value = 'failed'
    }
  }

  /** Reads the grids again, after an import changed them. */
  async function reloadGrids(district: string): Promise<void> {
    grids.value = await getGrids(district)
  }

  /** The grid at a point, the smallest code winning on a shared edge. */
  function gridAt(point: Point): GridProperties | null {
    const found = grids.value.features.filter(({ geometry }) => contains(geometry, point))
    const codes = found
      .map(({ properties }) => properties)
      .sort((a, b) => (a.code < b.code ? -1 : 1))
    return codes[0] ?? null
  }

  /** A point inside the grid, for a report without a position. */
  function pointIn(code: string): Point | null {
    const grid = gridsByCode.value.get(code)
    return grid ? labelPoint(grid.geometry) : null
  }

  return {
    loading,
    stale,
    grids,
    kinds,
    areas,
    teams,
    gridsByCode,
    areasByCode,
    kindsByCode,
    teamsById,
    organisations,
    organisationsById,
    load,
    reloadGrids,
    gridAt,
    pointIn,
  }
})
