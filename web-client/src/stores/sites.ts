/** What stands in the district beside its grids: stations, checkpoints and streets. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import {
  getCheckpoints,
  getStations,
  getStreets,
  type Checkpoint,
  type Station,
  type StreetCollection,
} from '@/api/places'

export const useSites = defineStore('sites', () => {
  const stations = shallowRef<Station[]>([])
  const checkpoints = shallowRef<Checkpoint[]>([])
  const streets = shallowRef<StreetCollection>({ type: 'FeatureCollection', features: [] })

  const stationsById = computed(() => new Map(stations.value.map((one) => [one.id, one])))
  const checkpointsById = computed(() => new Map(checkpoints.value.map((one) => [one.id, one])))

  let used = false

  /** Reads all three; one that can't be read stays as it was, and the others are still drawn. */
  async function load(district: string): Promise<void> {
    used = true
    await Promise.allSettled([
      getStations(district).then((read) => (stations.value = read)),
      getCheckpoints(district).then((read) => (checkpoints.value = read)),
      getStreets(district).then((read) => (streets.value = read)),
    ])
  }

  /** Reads them again after an import, on a screen that shows them. */
  async function reload(district: string): Promise<void> {
    if (used) await load(district)
  }

  return { stations, checkpoints, streets, stationsById, checkpointsById, load, reload }
})
