/** Where members were, for a reason that is kept and that they see. */
import { client, said } from './ask'
import type { components } from './schema'

type Schemas = components['schemas']
/** Who looked at whose track, and why. */
export type TrackView = Schemas['TrackView']
/** A member's fixes, oldest first. */
export type Track = Schemas['Track']

/** A look of one's own of the last hour, that `view_track` wrote down. */
export const getTrackView = (district: string, view: string) =>
  said(
    client.GET('/api/districts/{district}/track-views/{view}', {
      params: { path: { district, view } },
    }),
  )
