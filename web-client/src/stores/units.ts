/** The newest fix of each member that the server shows us. */
import { defineStore } from 'pinia'
import { ref, shallowRef, triggerRef } from 'vue'
import type { PositionChange } from '@/live'
import type { Fix, MemberBrief } from '@/protocol'

export interface Unit {
  member: MemberBrief
  fix: Fix
  /** False once the server stopped showing it; kept for "last seen". */
  shown: boolean
}

export const useUnits = defineStore('units', () => {
  /** One map for ever, told apart by triggers: ten thousand units move once a second. */
  const byMember = shallowRef(new Map<string, Unit>())
  /** Grows with every change, for who draws the map as a whole. */
  const changes = ref(0)

  function changed(): void {
    changes.value += 1
    triggerRef(byMember)
  }

  function apply(change: PositionChange): void {
    const units = byMember.value
    for (const [id, { member, fix }] of change.units) {
      const held = units.get(id)
      if (held === undefined || held.fix.at_ms <= fix.at_ms || !held.shown)
        units.set(id, { member, fix, shown: true })
    }
    for (const id of change.gone) {
      const held = units.get(id)
      if (held) units.set(id, { ...held, shown: false })
    }
    changed()
  }

  /** Forgets a member who went off duty: nobody off duty is located. */
  function forget(member: string): void {
    if (byMember.value.delete(member)) changed()
  }

  /** Keeps only these members, after a reset. */
  function keepOnly(members: Set<string>): void {
    for (const id of [...byMember.value.keys()]) if (!members.has(id)) byMember.value.delete(id)
    changed()
  }

  return { byMember, changes, apply, forget, keepOnly }
})
