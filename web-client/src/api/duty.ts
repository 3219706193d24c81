/** What a patrol asks about its planned duty: templates, rosters, checkpoints and check-ins. */
import type { CheckIn, Force, Point } from '@/protocol'
import { client, said } from './ask'

/** A place where people check in (打卡点). */
export interface Checkpoint {
  id: string
  name: string
  point: Point
  grid: string | null
  must_visit: boolean
}

/** What a shift of one sort asks for; windows are minutes after local midnight. */
export interface ShiftTemplate {
  id: string
  name: string
  windows: { start_min: number; end_min: number }[]
  weekdays: number[]
  laps: number
  checkpoints: string[]
  forces: Force[]
  headcount: number
  police_lead_required: boolean
}

/** One person's place in one planned shift. */
export interface RosterEntry {
  id: string
  template: string
  member: string
  team: string | null
  starts_ms: number
  ends_ms: number
}

const read = <T>(path: string) =>
  said(client.GET(path as never, {} as never) as Promise<{ data?: T; response: Response }>)

export const getCheckpoints = (id: string) => read<Checkpoint[]>(`/api/districts/${id}/checkpoints`)
export const getTemplates = (id: string) => read<ShiftTemplate[]>(`/api/districts/${id}/templates`)
export const getRoster = (id: string, from_ms: number, to_ms: number) =>
  read<RosterEntry[]>(`/api/districts/${id}/roster?from_ms=${from_ms}&to_ms=${to_ms}`)
export const getCheckIns = (id: string, since_ms: number) =>
  read<CheckIn[]>(`/api/districts/${id}/check-ins?since_ms=${since_ms}`)
