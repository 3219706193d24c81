/** Who works at which table of `/admin`. The server decides; this only offers. */
import type { Imported } from '@/api/imports'
import type { Member } from '@/protocol'
import { isDesk } from '@/protocol'

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
