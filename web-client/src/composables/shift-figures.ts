/** The figures of the running shifts: who should be there, who is, and which forces are missing. */
import type { RosterEntry, ShiftTemplate } from '@/api/duty'
import type { Force, OnDuty } from '@/protocol'
import { dayMinute } from './civil'

export interface RunningShift {
  template: ShiftTemplate
  /** How many are on its roster now. */
  rostered: number
  /** How many of those are on duty. */
  present: number
}

export interface ShiftFigures {
  /** The largest first. */
  running: RunningShift[]
  /** People on the rosters now, each once. */
  rostered: number
  /** How many of them are on duty. */
  rosteredPresent: number
  /** The forces that the running shifts ask for. */
  required: Force[]
  /** Those of them that nobody on duty belongs to. */
  missing: Force[]
}

const DAY_MIN = 1440

/** Whether one of its windows is open; a window that crosses midnight belongs to its start date. */
export function isRunning(template: ShiftTemplate, now_ms: number, timezone: string): boolean {
  const { weekday, minute } = dayMinute(now_ms, timezone)
  const on = (day: number) => template.weekdays.length === 0 || template.weekdays.includes(day)
  const open = (at: number) =>
    template.windows.some(({ start_min, end_min }) => start_min <= at && at < end_min)
  const yesterday = weekday === 1 ? 7 : weekday - 1
  return (on(weekday) && open(minute)) || (on(yesterday) && open(minute + DAY_MIN))
}

export function shiftFigures(
  templates: readonly ShiftTemplate[],
  roster: readonly RosterEntry[],
  onDuty: readonly OnDuty[],
  now_ms: number,
  timezone: string,
): ShiftFigures {
  const now = roster.filter(({ starts_ms, ends_ms }) => starts_ms <= now_ms && now_ms < ends_ms)
  const here = new Set(onDuty.map(({ member }) => member.id))
  const presentOf = (members: Set<string>) => [...members].filter((id) => here.has(id)).length
  const membersOf = (entries: RosterEntry[]) => new Set(entries.map(({ member }) => member))
  const running = templates.flatMap((template): RunningShift[] => {
    const members = membersOf(now.filter((entry) => entry.template === template.id))
    if (members.size === 0 && !isRunning(template, now_ms, timezone)) return []
    return [{ template, rostered: members.size, present: presentOf(members) }]
  })
  running.sort((a, b) => b.rostered - a.rostered)
  const required = [...new Set(running.flatMap(({ template }) => template.forces))]
  const forcesHere = new Set(onDuty.map(({ member }) => member.force))
  const all = membersOf(now)
  return {
    running,
    rostered: all.size,
    rosteredPresent: presentOf(all),
    required,
    missing: required.filter((force) => !forcesHere.has(force)),
  }
}
