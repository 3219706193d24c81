/** The shift templates and the roster around now; null while they aren't known. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { getRoster, getTemplates, type RosterEntry, type ShiftTemplate } from '@/api/duty'
import { useClock } from './clock'

/** Read so far around now, and again when half of it is used up. */
const AROUND_MS = 24 * 3_600_000

export const useRoster = defineStore('roster', () => {
  const clock = useClock()
  const templates = shallowRef<ShiftTemplate[] | null>(null)
  const entries = shallowRef<RosterEntry[] | null>(null)
  let read_ms = 0

  /** The minute that it is: figures change with it, not with every second. */
  const minute_ms = computed(() => Math.floor(clock.now_ms / 60_000) * 60_000)

  /** Reads both; what can't be read stays as it was. */
  async function load(district: string): Promise<void> {
    read_ms = minute_ms.value
    await Promise.allSettled([
      getTemplates(district).then((read) => (templates.value = read)),
      getRoster(district, read_ms - AROUND_MS, read_ms + AROUND_MS).then(
        (read) => (entries.value = read),
      ),
    ])
  }

  /** Reads them again where somebody read them. */
  async function reload(district: string): Promise<void> {
    if (read_ms > 0) await load(district)
  }

  /** Whether what was read ends soon. */
  const isStale = () => clock.now_ms - read_ms > AROUND_MS / 2

  return { templates, entries, minute_ms, load, reload, isStale }
})
