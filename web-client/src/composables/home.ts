/** The screen that a member works at: those who see the whole district at the desk, patrols by phone. */
import type { Member, Role } from '@/protocol'

export type Home = 'desk' | 'patrol' | 'admin'

const ADMINS: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin']
const PATROLS: readonly Role[] = ['patrol', 'team_leader', 'grid_worker', 'mediator']

export function homeOf(member: Member): Home {
  if (ADMINS.includes(member.role)) return 'admin'
  return PATROLS.includes(member.role) ? 'patrol' : 'desk'
}

/** Whether a screen is for this member; the desk's people may look for what the admin page offers. */
export function mayOpen(screen: string, member: Member): boolean {
  const home = homeOf(member)
  if (screen === 'desk') return home === 'desk'
  if (screen === 'admin') return home !== 'patrol'
  return home === 'patrol'
}
