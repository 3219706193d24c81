/** What a patrol and the desk ask about planned duty: templates, rosters and check-ins. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
/** What a shift of one sort asks for; windows are minutes after local midnight. */
export type ShiftTemplate = Schemas['ShiftTemplate']
/** One person's place in one planned shift. */
export type RosterEntry = Schemas['RosterEntry']

const path = (district: string) => ({ path: { district } })

export const getTemplates = (id: string) =>
  said(client.GET('/api/districts/{district}/templates', { params: path(id) }))
export const getRoster = (id: string, from_ms: number, to_ms: number) =>
  said(
    client.GET('/api/districts/{district}/roster', {
      params: { ...path(id), query: { from_ms, to_ms } },
    }),
  )
export const getCheckIns = (id: string, since_ms: number) =>
  said(
    client.GET('/api/districts/{district}/check-ins', {
      params: { ...path(id), query: { since_ms } },
    }),
  )
