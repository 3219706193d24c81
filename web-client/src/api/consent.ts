/** Consent to positions, and who looked at where somebody was. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
/** The text that is asked about, and what the member has said to it. */
export type Consent = Schemas['Consent']
/** Looks at the member's own tracks, the newest first. */
export type OwnLooks = Schemas['Page_TrackView']

export const getConsent = (language: 'zh-CN' | 'en') =>
  said(client.GET('/api/consent', { params: { query: { language } } }))
export const getOwnLooks = (before?: string) =>
  said(client.GET('/api/me/track-views', { params: { query: { before, limit: 20 } } }))
