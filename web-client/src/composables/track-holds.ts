/** Holds on tracks (保全): who may place them, and whose tracks they keep. The server decides. */
import type { TrackHold } from '@/api/tracks'
import type { Member } from '@/protocol'

/** Whether somebody may hold tracks, as `src/auth/matrix/duty.rs` has it: HoldTracks. */
export const holdsTracks = ({ role, force }: Pick<Member, 'role' | 'force'>): boolean =>
  role === 'duty_chief' || (role === 'dispatcher' && force === 'police')

/** The holds that hold, as they came: the newest first. */
export const openHolds = (holds: readonly TrackHold[]): TrackHold[] =>
  holds.filter(({ released_ms }) => released_ms === null)

/** Whose tracks, by name; an id stands in for a name that isn't known. */
export const heldNames = (
  { members }: Pick<TrackHold, 'members'>,
  names: ReadonlyMap<string, string>,
): string[] => members.map((id) => names.get(id) ?? id)
