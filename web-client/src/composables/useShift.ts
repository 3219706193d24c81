/** Sign-on and sign-off, and the positions and the screen that go with them. */
import { computed, watch, type Ref } from 'vue'
import { CONSENT_VERSION, newId, type Outcome } from '@/protocol'
import { useConsent, type Answer } from '@/stores/consent'
import { useDuty } from '@/stores/duty'
import { useLink } from '@/stores/link'
import { useLocation } from '@/stores/location'
import { useSession } from '@/stores/session'
import { useSos } from '@/stores/sos'
import { useWake } from '@/stores/wake'
import { useFailure } from './useFailure'

/** `officer`: whom an auxiliary signs on under. */
export function useShift(officer?: Ref<string | null>) {
  const consent = useConsent()
  const duty = useDuty()
  const link = useLink()
  const session = useSession()
  const failing = useFailure()

  const shift = computed(() => duty.mine)
  // Made once a shift, so that a second try after no answer opens the same one.
  let next = newId()

  function take({ shift }: Outcome): void {
    const { member } = session
    if (shift && member) duty.change(shift, member)
  }

  function signOn(answer: Answer): Promise<boolean> {
    consent.give(answer)
    const consent_version = answer === 'agreed' ? CONSENT_VERSION : null
    return failing.attempt(async () => {
      take(
        await link.request({
          type: 'sign_on',
          shift: next,
          consent_version,
          officer: officer?.value ?? null,
        }),
      )
      next = newId()
    })
  }

  function signOff(): Promise<boolean> {
    return failing.attempt(async () => {
      if (shift.value) take(await link.request({ type: 'sign_off', shift: shift.value.id }))
    })
  }

  return { ...failing, shift, signOn, signOff }
}

/** On duty with consent, and during a call for help, positions are shared and the screen stays on;
 *  every screen of the phone keeps that going. */
export function useSharing(): void {
  const duty = useDuty()
  const location = useLocation()
  const sos = useSos()
  const wake = useWake()
  const since_ms = computed(() => {
    const { mine } = duty
    const shift_ms = mine !== null && mine.consent_version !== null ? mine.started_ms : null
    return shift_ms ?? sos.since_ms
  })
  const awake = computed(() => duty.mine !== null || sos.active)
  watch(since_ms, (since) => (since === null ? location.stop() : location.share(since)), {
    immediate: true,
  })
  watch(awake, (needed) => (needed ? wake.hold() : wake.release()), { immediate: true })
}
