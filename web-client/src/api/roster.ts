/** What shifts ask for, and who is planned for them. */
import type { Force } from '@/protocol'
import { client, said } from './ask'

/** A span of civil time, in minutes after local midnight of its start date; above 1440 on the day after. */
export interface ShiftWindow {
  start_min: number
  end_min: number
}

export interface ShiftTemplate {
  id: string
  name: string
  windows: ShiftWindow[]
  /** 1 for Monday to 7 for Sunday; none means every day. */
  weekdays: number[]
  laps: number
  checkpoints: string[]
  forces: Force[]
  headcount: number
  police_lead_required: boolean
}

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

export const getTemplates = (district: string) =>
  read<ShiftTemplate[]>(`/api/districts/${district}/templates`)
export const getRoster = (district: string, from_ms: number, to_ms: number) =>
  read<RosterEntry[]>(`/api/districts/${district}/roster?from_ms=${from_ms}&to_ms=${to_ms}`)
