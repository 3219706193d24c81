/** The dictionary as the phone shows it: patrol hazards first, then disputes, then the rest. */
import type { Kind } from '@/protocol'

/** Called for by its own button, never chosen. */
const SOS = 'help.sos'

export interface KindGroup {
  name: 'hazard' | 'dispute' | 'other'
  kinds: Kind[]
}

/** A class that has leaves is a heading; one without is a kind to report. */
export function kindGroups(all: Kind[]): KindGroup[] {
  const kinds = all.filter(({ code }) => code !== SOS)
  const isClass = (kind: Kind) => kind.code === kind.top
  const hasLeaves = (kind: Kind) => kinds.some((one) => one.top === kind.top && !isClass(one))
  const leaves = (top: Kind['top']) => kinds.filter((kind) => kind.top === top && !isClass(kind))
  const rest = kinds.filter(
    (kind) =>
      kind.top !== 'hazard' && kind.top !== 'dispute' && (!isClass(kind) || !hasLeaves(kind)),
  )
  const groups: KindGroup[] = [
    { name: 'hazard', kinds: leaves('hazard') },
    { name: 'dispute', kinds: leaves('dispute') },
    { name: 'other', kinds: rest },
  ]
  return groups.filter((group) => group.kinds.length > 0)
}
