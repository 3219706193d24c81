/** Who sits where, as far as a screen must know it; the server decides. */
import type { Member } from './generated/Member'

/** Whether somebody grades, dispatches and takes calls for help. */
export function isDesk(member: Member): boolean {
  return member.role === 'dispatcher' || member.role === 'duty_chief'
}
