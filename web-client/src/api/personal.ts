/** Personal data: whom an incident is about, phones, and who saw them. None of it is kept in a store. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
export type MaskedParty = Schemas['MaskedParty']
export type ClearParty = Schemas['ClearParty']
export type NewParty = Schemas['NewParty']
export type Part = Schemas['Part']
export type AuditLine = Schemas['AuditLine']
export type AuditAction = Schemas['AuditAction']
/** An officer whom an auxiliary may act under. */
export type Officer = Schemas['MemberBrief']

const one = (incident: string, party: string) => ({ params: { path: { incident, party } } })

export const getParties = (incident: string) =>
  said(client.GET('/api/incidents/{incident}/parties', { params: { path: { incident } } }))
export const addParty = (incident: string, body: NewParty) =>
  said(client.POST('/api/incidents/{incident}/parties', { params: { path: { incident } }, body }))
export const revealParty = (incident: string, party: string, reason: string) =>
  said(
    client.POST('/api/incidents/{incident}/parties/{party}/reveal', {
      ...one(incident, party),
      body: { reason },
    }),
  )
export const eraseParty = (incident: string, party: string, reason: string) =>
  said(
    client.POST('/api/incidents/{incident}/parties/{party}/erase', {
      ...one(incident, party),
      body: { reason },
    }),
  )
export const eraseText = (district: string, text: string, reason: string) =>
  said(
    client.POST('/api/districts/{district}/texts/{text}/erase', {
      params: { path: { district, text } },
      body: { reason },
    }),
  )
export const revealPhone = (district: string, member: string, reason: string) =>
  said(
    client.POST('/api/districts/{district}/members/{member}/reveal', {
      params: { path: { district, member } },
      body: { reason },
    }),
  )
export const getOfficers = (district: string) =>
  said(client.GET('/api/districts/{district}/officers', { params: { path: { district } } }))

/** Which records of the audit log are listed. */
export interface AuditQuery {
  actor?: string
  action?: AuditAction
  object?: string
  from_ms?: number
  to_ms?: number
  before?: string
}

export const getAudit = (district: string, query: AuditQuery) =>
  said(
    client.GET('/api/districts/{district}/audit', {
      params: { path: { district }, query: { ...query, limit: 50 } },
    }),
  )
