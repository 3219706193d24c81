/** The own sessions and password, and what administrators do with accounts. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
export type OwnSession = Schemas['OwnSession']
export type AccountRow = Schemas['AccountRow']
export type AccountChange = Schemas['AccountChange']
export type NewSeat = Schemas['NewSeat']
export type NewDistrict = Schemas['NewDistrict']

export const tellActive = () => said(client.POST('/api/session/active'))
export const changePassword = (old: string, fresh: string) =>
  said(client.POST('/api/session/password', { body: { old, new: fresh } }))
export const getSessions = () => said(client.GET('/api/sessions'))
export const endSessions = () => said(client.DELETE('/api/sessions'))

export const getAccounts = (
  district: string,
  query: { q?: string; after?: string; limit?: number },
) =>
  said(client.GET('/api/districts/{district}/accounts', { params: { path: { district }, query } }))
/** Makes, resets, unlocks, disables or enables an account, or ends its sessions. */
export const changeAccount = (district: string, member: string, body: AccountChange) =>
  said(
    client.POST('/api/districts/{district}/members/{member}/account', {
      params: { path: { district, member } },
      body,
    }),
  )
/** Gives a member another role, team or micro-grid. */
export const changeSeat = (district: string, member: string, body: NewSeat) =>
  said(
    client.PUT('/api/districts/{district}/members/{member}/seat', {
      params: { path: { district, member } },
      body,
    }),
  )
export const makeDistrict = (body: NewDistrict) => said(client.POST('/api/districts', { body }))
