/** The running shifts' figures now; null while templates and rosters aren't known. */
import { computed } from 'vue'
import { useDuty } from '@/stores/duty'
import { useRoster } from '@/stores/roster'
import { useSession } from '@/stores/session'
import { shiftFigures, type ShiftFigures } from './shift-figures'

export function useShiftFigures() {
  const duty = useDuty()
  const roster = useRoster()
  const session = useSession()
  return computed<ShiftFigures | null>(() => {
    const { templates, entries, minute_ms } = roster
    if (templates === null || entries === null) return null
    const timezone = session.district?.timezone ?? 'Asia/Shanghai'
    return shiftFigures(templates, entries, duty.all, minute_ms, timezone)
  })
}
