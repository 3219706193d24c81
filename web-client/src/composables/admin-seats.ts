/** Who works at which table of `/admin`. The server decides; this only offers. */
import type { Imported } from '@/api/imports'
import type { Member, Role } from '@/protocol'
import { isDesk } from '@/protocol'

/** What a tab shows: a table, the accounts, the nodes, or the audit log. */
export type AdminTab = Imported | 'accounts' | 'nodes' | 'audit'

const PLACES: readonly Imported[] = ['members', 'organisations', 'stations', 'grids']

/** Case counts are entered by police alone, in a chair that has the register. */
export const mayImportIncidents = (member: Member): boolean =>
  isDesk(member) && member.force === 'police'

/** The tables that a member keeps; none for a seat that has no business here. */
export function tablesOf(member: Member): readonly Imported[] {
  if (member.role === 'system_admin') return [...PLACES, 'incidents']
  return mayImportIncidents(member) ? ['incidents'] : []
}

/** Whether a member may see and import a table; the system's keeper has no part in operations. */
export const keeps = (member: Member, what: Imported): boolean =>
  tablesOf(member).includes(what) && (what === 'incidents') === mayImportIncidents(member)

const ADMINS: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin']
const SERVING: readonly Role[] = [
  ...(['patrol', 'team_leader', 'grid_worker', 'mediator'] as const),
  ...(['dispatcher', 'duty_chief', 'street_office', 'analyst'] as const),
]

export const mayManageAccounts = (member: Member): boolean => member.role === 'system_admin'

export const mayAssignDuties = (member: Member): boolean =>
  member.role === 'system_admin' || member.role === 'security_admin'

export const maySeeNodes = (member: Member): boolean => member.role === 'system_admin'

/** The roles that somebody may give; the server says no where a security administrator is to. */
export function rolesToGive(giver: Member | null, now: Role): readonly Role[] {
  if (giver === null || !mayAssignDuties(giver)) return [now]
  return [...SERVING, ...ADMINS]
}

/** The tabs of `/admin` for a member. */
export function tabsOf(member: Member): readonly AdminTab[] {
  if (member.role === 'audit_admin') return ['audit']
  const tabs: AdminTab[] = [...tablesOf(member)]
  if (mayAssignDuties(member)) tabs.push('accounts')
  if (maySeeNodes(member)) tabs.push('nodes')
  return tabs
}
