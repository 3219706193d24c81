/** Where members were, for a reason that is kept and that they see. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
/** Who looked at whose track, and why. */
export type TrackView = Schemas['TrackView']
/** A member's fixes, oldest first. */
export type Track = Schemas['Track']
/** A look, what it shows, and since when tracks are kept. */
export type TrackReplay = Schemas['TrackReplay']

/** Tracks that are kept from the purge. */
export type TrackHold = Schemas['TrackHold']
export type NewTrackHold = Schemas['NewTrackHold']

const HOLDS = '/api/districts/{district}/track-holds'

export const getTrackHolds = (district: string, before?: string) =>
  said(client.GET(HOLDS, { params: { path: { district }, query: { before, limit: 50 } } }))
export const holdTracks = (district: string, body: NewTrackHold) =>
  said(client.POST(HOLDS, { params: { path: { district } }, body }))
export const releaseTracks = (district: string, hold: string, reason: string) =>
  said(
    client.POST(`${HOLDS}/{hold}/release`, {
      params: { path: { district, hold } },
      body: { reason },
    }),
  )

/** A look of one's own of the last hour, that `view_track` wrote down. */
export const getTrackView = (district: string, view: string) =>
  said(
    client.GET('/api/districts/{district}/track-views/{view}', {
      params: { path: { district, view } },
    }),
  )
