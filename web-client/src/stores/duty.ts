/** Who is on duty, by member. */
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { Force, MemberBrief, OnDuty, Shift } from '@/protocol'
import { useSession } from './session'

export const FORCES: readonly Force[] = ['police', 'auxiliary', 'property', 'guard', 'volunteer']

export const useDuty = defineStore('duty', () => {
  const session = useSession()
  const byMember = shallowReactive(new Map<string, OnDuty>())

  const all = computed(() => [...byMember.values()])
  const mine = computed(() => byMember.get(session.member?.id ?? '')?.shift ?? null)
  /** 五方到位: the forces that are present. */
  const forcesPresent = computed(() => {
    const present = new Set(all.value.map(({ member }) => member.force))
    return FORCES.filter((force) => present.has(force))
  })
  const teamsPresent = computed(() => {
    const members = new Map<string, MemberBrief[]>()
    for (const { member, shift } of all.value) {
      const team = shift.team ?? member.team
      if (team !== null) members.set(team, [...(members.get(team) ?? []), member])
    }
    return members
  })

  function replaceAll(onDuty: OnDuty[]): void {
    byMember.clear()
    for (const one of onDuty) byMember.set(one.member.id, one)
  }

  /** Takes a shift's new state; an end counts only for the shift that is held. */
  function change(shift: Shift, member: MemberBrief): void {
    const held = byMember.get(member.id)
    if (shift.ended_ms === null) {
      if (held === undefined || held.shift.started_ms <= shift.started_ms)
        byMember.set(member.id, { shift, member })
    } else if (held?.shift.id === shift.id) {
      byMember.delete(member.id)
    }
  }

  return { byMember, all, mine, forcesPresent, teamsPresent, replaceAll, change }
})
