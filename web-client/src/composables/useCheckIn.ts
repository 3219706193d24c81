/** 打卡: by position, and by word with a reason when the position won't do. */
import { ref } from 'vue'
import { newId, Refused, type CheckIn, type Request } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useLocation } from '@/stores/location'
import { useRounds } from '@/stores/rounds'
import { useFailure } from './useFailure'
import { useSend } from './useSend'

/** Why a visit could not be shown by position. */
export type NotHere = 'no_fix' | 'too_far' | 'too_rough'

interface Told {
  taken: CheckIn | null
}
type Visit = Extract<Request, { type: 'check_in' }>

export function useCheckIn() {
  const clock = useClock()
  const location = useLocation()
  const rounds = useRounds()
  const failing = useFailure()
  const { send } = useSend()
  const notHere = ref<NotHere | null>(null)

  async function visit(checkpoint: string, reason: string | null): Promise<Visit | null> {
    const fix = reason === null ? await location.here() : location.fix
    if (reason === null && fix === null) return null
    return {
      type: 'check_in',
      check_in: newId(),
      checkpoint,
      method: reason === null ? 'gps' : 'manual',
      point: fix?.point ?? null,
      accuracy_m: fix?.accuracy_m ?? null,
      observed_ms: clock.read(),
      reason,
    }
  }

  async function tell(checkpoint: string, reason: string | null): Promise<Told | null> {
    const request = await visit(checkpoint, reason)
    if (request === null) {
      notHere.value = 'no_fix'
      return null
    }
    const taken = (await send(request))?.check_in ?? null
    if (taken) rounds.take(taken)
    return { taken }
  }

  /** The visit as it was taken, or none yet when it waits for a link; null when it wasn't. */
  async function checkIn(checkpoint: string, reason: string | null): Promise<Told | null> {
    let told: Told | null = null
    notHere.value = null
    await failing.attempt(async () => {
      try {
        told = await tell(checkpoint, reason)
      } catch (error) {
        notHere.value = why(error)
        if (notHere.value === null) throw error
      }
    })
    return told
  }

  return { ...failing, notHere, checkIn }
}

function why(error: unknown): NotHere | null {
  if (!(error instanceof Refused) || error.refusal.code !== 'invalid') return null
  if (error.refusal.field === 'point') return 'too_far'
  return error.refusal.field === 'accuracy_m' ? 'too_rough' : null
}
