/** 打卡: by position, and by word with a reason when the position won't do. */
import { ref } from 'vue'
import { NoAnswer } from '@/live'
import { newId, Refused, type CheckIn, type Request } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useLink } from '@/stores/link'
import { useLocation } from '@/stores/location'
import { useRounds } from '@/stores/rounds'
import { useFailure } from './useFailure'

/** Why a visit could not be shown by position. */
export type NotHere = 'no_fix' | 'too_far' | 'too_rough'

type Visit = Extract<Request, { type: 'check_in' }>

export function useCheckIn() {
  const clock = useClock()
  const link = useLink()
  const location = useLocation()
  const rounds = useRounds()
  const failing = useFailure()
  const notHere = ref<NotHere | null>(null)

  // Kept while no answer came, so that a second try is the same visit.
  let unanswered: Visit | null = null

  async function visit(checkpoint: string, reason: string | null): Promise<Visit | null> {
    if (unanswered?.checkpoint === checkpoint && unanswered.reason === reason) return unanswered
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

  async function send(checkpoint: string, reason: string | null): Promise<CheckIn | null> {
    const request = await visit(checkpoint, reason)
    if (request === null) {
      notHere.value = 'no_fix'
      return null
    }
    unanswered = request
    try {
      const { check_in } = await link.request(request)
      if (check_in) rounds.take(check_in)
      unanswered = null
      return check_in
    } catch (error) {
      if (!(error instanceof NoAnswer)) unanswered = null
      throw error
    }
  }

  /** The visit as it was taken; null when it wasn't. */
  async function checkIn(checkpoint: string, reason: string | null): Promise<CheckIn | null> {
    let taken: CheckIn | null = null
    notHere.value = null
    await failing.attempt(async () => {
      try {
        taken = await send(checkpoint, reason)
      } catch (error) {
        notHere.value = why(error)
        if (notHere.value === null) throw error
      }
    })
    return taken
  }

  return { ...failing, notHere, checkIn }
}

function why(error: unknown): NotHere | null {
  if (!(error instanceof Refused) || error.refusal.code !== 'invalid') return null
  if (error.refusal.field === 'point') return 'too_far'
  return error.refusal.field === 'accuracy_m' ? 'too_rough' : null
}
