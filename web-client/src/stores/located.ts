/** Who may be on the map at all: nobody off duty or without consent, but for whoever calls for help. */
import type { PositionChange } from '@/live'
import { isOpen, type Incident } from '@/protocol'
import { useDuty } from './duty'
import { useIncidents } from './incidents'
import { useUnits } from './units'

export function useLocated() {
  const duty = useDuty()
  const incidents = useIncidents()
  const units = useUnits()

  function isLocated(member: string): boolean {
    const shift = duty.byMember.get(member)?.shift
    const calls = incidents.open.some((one) => one.flags.sos && one.reporter === member)
    return calls || (shift !== undefined && shift.consent_version !== null)
  }

  /** Forgets whoever is located no more. */
  function review(member: string | null): void {
    if (member !== null && !isLocated(member)) units.forget(member)
  }

  /** Who is shown no more is kept as "last seen" only while they are located. */
  function positions(change: PositionChange): void {
    units.apply(change)
    change.gone.forEach(review)
  }

  /** A call for help that is over shows where its caller is no more. */
  function called({ flags, state, reporter }: Incident): void {
    if (flags.sos && !isOpen(state)) review(reporter)
  }

  return { isLocated, review, positions, called }
}
