/** What a ringing call for help does beside its strip: it sounds, and the tab's title says so. */
import { onUnmounted, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAlarms } from '@/stores/alarms'
import { useClock } from '@/stores/clock'
import { useSession } from '@/stores/session'
import { pageTitle } from './page-title'
import { openSiren } from './siren'

export function useAlarmSignals(): void {
  const { t } = useI18n()
  const alarms = useAlarms()
  const clock = useClock()
  const session = useSession()
  const siren = openSiren((held) => (alarms.muted = held))
  const still = matchMedia('(prefers-reduced-motion: reduce)')

  watch(
    () => alarms.mayTake && alarms.loud > 0,
    (on) => siren.ring(on),
    { immediate: true },
  )
  watch([() => alarms.loud, () => clock.now_ms], ([count], [before]) => {
    if (count === 0 && before === 0) return
    const title = pageTitle(session.district?.name, t('app'))
    const lit = count > 0 && (still.matches || Math.floor(clock.now_ms / 1000) % 2 === 0)
    document.title = lit ? t('console.sos.title', { n: count, title }) : title
  })

  addEventListener('pointerdown', siren.unlock, true)
  addEventListener('keydown', siren.unlock, true)
  onUnmounted(() => {
    removeEventListener('pointerdown', siren.unlock, true)
    removeEventListener('keydown', siren.unlock, true)
    siren.close()
  })
}
