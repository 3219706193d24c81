/** Which incidents the list shows: by words, level, state, whose they are, and 超时. */
import type { Incident } from '@/protocol'
import type { Wanted } from '@/stores/desk'
import { isOverdue } from './due'

export const isFiltering = ({ text, level, group, mine, overdue }: Wanted): boolean =>
  text.trim() !== '' || level !== '' || group !== -1 || mine || overdue

export interface Known {
  /** What can be found by words: number, kind, place, what was said, teams. */
  words: (incident: Incident) => string
  groupOf: (incident: Incident) => number
  isMine: (incident: Incident) => boolean
  now_ms: number
}

export function fits(incident: Incident, wanted: Wanted, known: Known): boolean {
  const text = wanted.text.trim().toLowerCase()
  if (wanted.level !== '' && incident.level !== wanted.level) return false
  if (wanted.group !== -1 && known.groupOf(incident) !== wanted.group) return false
  if (wanted.mine && !known.isMine(incident)) return false
  if (wanted.overdue && !isOverdue(incident, known.now_ms)) return false
  return text === '' || known.words(incident).toLowerCase().includes(text)
}
