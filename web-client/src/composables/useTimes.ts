/** Times and ages in words, in the district's zone and the reader's language. */
import { useI18n } from 'vue-i18n'
import { useClock } from '@/stores/clock'
import { useSession } from '@/stores/session'
import { inUnits } from './age'
import { clockTime, dateTime, isoWeek, shortTime } from './civil'

export function useTimes() {
  const { t } = useI18n()
  const clock = useClock()
  const session = useSession()
  const zone = () => session.district?.timezone ?? 'Asia/Shanghai'

  return {
    full: (at_ms: number) => dateTime(at_ms, zone()),
    short: (at_ms: number) => shortTime(at_ms, clock.now_ms, zone()),
    exact: (at_ms: number) => clockTime(at_ms, zone()),
    /** `02:00`, whatever the day. */
    hour: (at_ms: number) => dateTime(at_ms, zone()).slice(11),
    clock: () => clockTime(clock.now_ms, zone()),
    week: () => isoWeek(clock.now_ms, zone()),
    age: (at_ms: number) => {
      const { unit, n } = inUnits(clock.now_ms - at_ms)
      return t(`age.${unit}`, { n })
    },
  }
}
