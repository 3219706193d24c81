/** Sign-on and sign-off, and the positions and the screen that go with them. */
import { computed, watch, type Ref } from 'vue'
import { newId, type Outcome, type Request } from '@/protocol'
import { useDuty } from '@/stores/duty'
import { useLocation } from '@/stores/location'
import { useOutbox } from '@/stores/outbox'
import { useOwn } from '@/stores/own'
import { useSession } from '@/stores/session'
import { useSos } from '@/stores/sos'
import { useWake } from '@/stores/wake'
import { useFailure } from './useFailure'
import { useSend } from './useSend'

/** `officer`: whom an auxiliary signs on under. */
export function useShift(officer?: Ref<string | null>) {
  const duty = useDuty()
  const outbox = useOutbox()
  const own = useOwn()
  const session = useSession()
  const failing = useFailure()
  const { send } = useSend()

  const shift = computed(() => duty.mine)
  /** What was said of the shift and waits for a link; nothing else is said before it. */
  const waits = computed(() =>
    outbox.items.some(
      ({ request, state }) => isOfShift(request) && (state === 'waiting' || state === 'sending'),
    ),
  )

  function take(outcome: Outcome | null): void {
    const { member } = session
    if (outcome?.shift && member) duty.change(outcome.shift, member)
  }

  function signOn(): Promise<boolean> {
    return failing.attempt(async () => {
      take(await send({ type: 'sign_on', shift: newId(), officer: officer?.value ?? null }))
    })
  }

  /** From now on this phone sends the shift's positions, and no other does. */
  function takeOver(): Promise<boolean> {
    return failing.attempt(async () => {
      if (shift.value) take(await send({ type: 'take_shift', shift: shift.value.id }))
    })
  }

  function signOff(): Promise<boolean> {
    return failing.attempt(async () => {
      if (shift.value) take(await send({ type: 'sign_off', shift: shift.value.id }))
    })
  }

  /** Whether another session sends the shift's positions. */
  const elsewhere = computed(
    () => shift.value !== null && own.session !== '' && shift.value.device !== own.session,
  )

  return { ...failing, shift, waits, elsewhere, signOn, takeOver, signOff }
}

/** Whether it says something of a shift. */
export const isOfShift = ({ type }: Request): boolean =>
  type === 'sign_on' || type === 'sign_off' || type === 'take_shift'

/** On duty with consent, on the phone that holds the shift, and during a call for help, positions are shared and the screen stays on;
 *  every screen of the phone keeps that going. */
export function useSharing(): void {
  const duty = useDuty()
  const location = useLocation()
  const own = useOwn()
  const sos = useSos()
  const wake = useWake()
  const since_ms = computed(() => {
    const { mine } = duty
    if (mine === null || mine.consent_ms === null || mine.device !== own.session)
      return sos.since_ms
    const shift_ms = Math.max(mine.started_ms, mine.consent_ms)
    return Math.min(shift_ms, sos.since_ms ?? shift_ms)
  })
  const awake = computed(() => duty.mine !== null || sos.active)
  watch(since_ms, (since) => (since === null ? location.stop() : location.share(since)), {
    immediate: true,
  })
  watch(awake, (needed) => (needed ? wake.hold() : wake.release()), { immediate: true })
}
