/** Reads planned duty when a patrol's screen opens, and again after each reset: visits may be missing. */
import { watch } from 'vue'
import { useIncidents } from '@/stores/incidents'
import { useRounds } from '@/stores/rounds'
import { useSession } from '@/stores/session'

export function useRoundsOfDistrict(): void {
  const incidents = useIncidents()
  const rounds = useRounds()
  const session = useSession()

  watch(
    () => incidents.generation,
    () => {
      if (session.district) void rounds.load(session.district.id)
    },
    { immediate: rounds.loading === 'idle' || rounds.loading === 'failed' },
  )
}
