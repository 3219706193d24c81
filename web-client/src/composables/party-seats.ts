/** Who enters, sees and erases personal data. The server decides; this only offers. */
import type { Member } from '@/protocol'

const ON_DESK = ['dispatcher', 'duty_chief']
const ON_PATROL = ['patrol', 'team_leader', 'mediator']

const isOf = (member: Member, ...forces: Member['force'][]): boolean =>
  ON_PATROL.includes(member.role) && forces.includes(member.force)

/** Whether somebody sees that there are parties, masked. */
export const seesParties = (member: Member): boolean =>
  ON_DESK.includes(member.role) || isOf(member, 'police', 'auxiliary')

/** Whether somebody may see names and phones in clear, for a reason. */
export const revealsParties = (member: Member): boolean =>
  ON_DESK.includes(member.role) || isOf(member, 'police')

/** Whether somebody may erase personal data that the desk shows. */
export const erasesParties = (member: Member): boolean => member.role === 'duty_chief'

/** Whether somebody signs on under a named officer. */
export const needsOfficer = (member: Member): boolean => isOf(member, 'auxiliary')
