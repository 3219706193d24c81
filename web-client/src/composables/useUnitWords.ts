/** What a list or a card says of a member on duty. */
import { useI18n } from 'vue-i18n'
import type { OnDuty } from '@/protocol'
import { useClock } from '@/stores/clock'
import { useUnits } from '@/stores/units'
import { ageOf } from './age'
import { useNames } from './useNames'
import { useTimes } from './useTimes'

export function useUnitWords() {
  const { t } = useI18n()
  const clock = useClock()
  const units = useUnits()
  const names = useNames()
  const times = useTimes()

  /** The age of the fix; "last seen" once it is too old for the map. */
  function ageWords({ member, shift }: OnDuty): string {
    const unit = units.byMember.get(member.id)
    if (!unit) return shift.consent_version === null ? t('desk.units.noPosition') : t('age.none')
    const age = times.age(unit.fix.at_ms)
    const gone = !unit.shown || ageOf(unit.fix.at_ms, clock.now_ms) === 'gone'
    return gone ? t('desk.units.lastSeen', { age }) : age
  }

  function teamName({ member, shift }: OnDuty): string {
    const team = shift.team ?? member.team
    return team === null ? t('desk.unit.noTeam') : names.team(team)
  }

  return { ageWords, teamName }
}
