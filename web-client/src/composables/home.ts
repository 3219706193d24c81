/** The screen that a member works at: those who see the whole district at the desk, patrols by phone. */
import type { Member } from '@/protocol'

export function homeOf(member: Member): 'desk' | 'patrol' {
  return member.role === 'patrol' || member.role === 'grid_worker' ? 'patrol' : 'desk'
}
