/** The screen that a member works at: those who see the whole district at the desk, patrols by phone. */
import type { Member } from '@/protocol'

export type Home = 'desk' | 'patrol' | 'admin'

export function homeOf(member: Member): Home {
  if (member.role === 'system_admin') return 'admin'
  return member.role === 'patrol' || member.role === 'grid_worker' ? 'patrol' : 'desk'
}

/** Whether a screen is for this member; the desk's people may look for what the admin page offers. */
export function mayOpen(screen: string, member: Member): boolean {
  const home = homeOf(member)
  if (screen === 'desk') return home === 'desk'
  if (screen === 'admin') return home !== 'patrol'
  return home === 'patrol'
}
