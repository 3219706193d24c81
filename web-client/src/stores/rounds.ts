/** Planned duty and the beat: rosters, templates, checkpoints, and which of these were visited. */
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { getCheckIns, getRoster, getTemplates } from '@/api/duty'
import type { RosterEntry, ShiftTemplate } from '@/api/duty'
import { getCheckpoints, type Checkpoint } from '@/api/places'
import type { CheckIn } from '@/protocol'
import { useClock } from './clock'
import type { Loading } from './places'
import { useReads } from './reads'
import { useSession } from './session'

/** A shift that crosses midnight began yesterday; the next one may be tomorrow's. */
const BACK_MS = 24 * 3_600_000
const AHEAD_MS = 7 * 24 * 3_600_000

export const useRounds = defineStore('rounds', () => {
  const clock = useClock()
  const session = useSession()
  const reads = useReads()
  const loading = ref<Loading>('idle')
  /** Whether it is what was read last, before there was no server. */
  const stale = ref(false)
  const checkpoints = shallowRef<Checkpoint[]>([])
  const templates = shallowRef<ShiftTemplate[]>([])
  const roster = shallowRef<RosterEntry[]>([])
  const visits = shallowReactive(new Map<string, CheckIn>())

  const checkpointsById = computed(() => new Map(checkpoints.value.map((one) => [one.id, one])))
  const templatesById = computed(() => new Map(templates.value.map((one) => [one.id, one])))
  const mine = computed(() => roster.value.filter(({ member }) => member === session.member?.id))
  /** This member's visits, the newest last. */
  const myVisits = computed(() =>
    [...visits.values()]
      .filter(({ member }) => member === session.member?.id)
      .sort((a, b) => a.observed_ms - b.observed_ms),
  )

  async function load(district: string): Promise<void> {
    loading.value = 'loading'
    const now_ms = clock.read()
    try {
      const read = await reads.read(`rounds.${district}`, () =>
        Promise.all([
          getCheckpoints(district),
          getTemplates(district),
          getRoster(district, now_ms - BACK_MS, now_ms + AHEAD_MS),
          getCheckIns(district, now_ms - BACK_MS),
        ]),
      )
      const [allCheckpoints, allTemplates, entries, checkIns] = read.value
      stale.value = read.stale
      checkpoints.value = allCheckpoints
      templates.value = allTemplates
      roster.value = entries
      checkIns.forEach(take)
      loading.value = 'ready'
    } catch {
      loading.value = 'failed'
    }
  }

  function take(checkIn: CheckIn): void {
    visits.set(checkIn.id, checkIn)
  }

  return {
    loading,
    stale,
    checkpoints,
    checkpointsById,
    templatesById,
    mine,
    myVisits,
    load,
    take,
  }
})
