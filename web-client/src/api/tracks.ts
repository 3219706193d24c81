/** Where members were, for a reason that is kept and that they see. */
import type { Fix, MemberBrief } from '@/protocol'
import { client, said } from './ask'

/** Who looked at whose track, and why. */
export interface TrackView {
  id: string
  members: string[]
  incident: string | null
  from_ms: number
  to_ms: number
  reason: string | null
}

export interface Track {
  member: MemberBrief
  /** Oldest first. */
  fixes: Fix[]
}

export const getTrackView = (district: string, view: string) =>
  said(
    client.GET(`/api/districts/${district}/track-views/${view}` as never, {} as never) as Promise<{
      data?: { view: TrackView; tracks: Track[] }
      response: Response
    }>,
  )
