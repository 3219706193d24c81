/**
 * Who the indices of position frames are, by audience and generation. A frame of a generation that
 * isn't known can't be read: the audience is then asked for a full frame, once.
 */
import type { Fix, MemberBrief, PositionFrame } from '@/protocol'

export interface NamedPositions {
  audience: number
  full: boolean
  units: { member: MemberBrief; fix: Fix }[]
  gone: string[]
}

interface Names {
  audience: number
  generation: number
  first: number
  members: MemberBrief[]
}

interface Entries {
  generation: number
  members: (MemberBrief | undefined)[]
}

export class Dictionaries {
  private readonly audiences = new Map<number, Entries>()
  private readonly asked = new Set<number>()

  /** Takes entries from `first` on; another generation makes the earlier ones void. */
  learn({ audience, generation, first, members }: Names): void {
    let entries = this.audiences.get(audience)
    if (entries?.generation !== generation) {
      entries = { generation, members: [] }
      this.audiences.set(audience, entries)
    }
    members.forEach((member, n) => (entries.members[first + n] = member))
    this.asked.delete(audience)
  }

  /** The frame with names; null when its dictionary isn't known. */
  read(frame: PositionFrame): NamedPositions | null {
    const entries = this.audiences.get(frame.audience)
    if (entries?.generation !== frame.generation) return null
    const units: NamedPositions['units'] = []
    for (const { index, fix } of frame.units) {
      const member = entries.members[index]
      if (member === undefined) return null
      units.push({ member, fix })
    }
    const gone = frame.removals.flatMap((index) => entries.members[index]?.id ?? [])
    return { audience: frame.audience, full: frame.full, units, gone }
  }

  /** Whether to ask for a full frame now: once until the dictionary arrives. */
  mayAsk(audience: number): boolean {
    if (this.asked.has(audience)) return false
    this.asked.add(audience)
    return true
  }

  clear(): void {
    this.audiences.clear()
    this.asked.clear()
  }
}
