/**
 * Whether a team may lead (主办), as the server's matrix has it (`src/auth/lead.rs`): the picker
 * offers first who will be taken, and says why not of the others. The server decides.
 */
import type { Incident, Team } from '@/protocol'

export type CannotLead = 'urgent' | 'withPolice' | 'premises' | 'kind' | 'criminal'

type Matter = Pick<Incident, 'level' | 'top'>

/** Why not; null when it may. `own`: in its organisation's grids. `withPolice`: police called too. */
export function cannotLead(
  { force }: Pick<Team, 'force'>,
  { level, top }: Matter,
  own: boolean,
  withPolice: boolean,
): CannotLead | null {
  if (force === 'police') return null
  if (level === '1' || level === '2') {
    if (force !== 'auxiliary') return 'urgent'
    return withPolice ? null : 'withPolice'
  }
  if ((force === 'property' || force === 'guard') && !own) return 'premises'
  if (force === 'volunteer' && top !== 'hazard' && top !== 'help') return 'kind'
  return top === 'criminal' && !withPolice ? 'criminal' : null
}
