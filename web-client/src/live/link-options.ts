/** What a link needs, and what it hands on. */
import type { Alert, Cursor, EventFrame, Outcome, Refusal, ServerMessage } from '@/protocol'
import type { PositionChange } from './coalesce'

export type LinkStatus = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'signed_out' | 'refused'
export type Welcome = Extract<ServerMessage, { type: 'welcome' }>
export type Reset = Extract<ServerMessage, { type: 'reset' }>
export type Resumed = Extract<ServerMessage, { type: 'resumed' }>
export type EventOf = Extract<EventFrame, { type: 'event' }>
export type Forgotten = Extract<EventFrame, { type: 'forget' }>
export type Watermark = Extract<EventFrame, { type: 'watermark' }>

export interface LinkHandlers {
  /** `quiet_ms`: how long ago the last frame came. */
  status(status: LinkStatus, quiet_ms: number): void
  welcome(message: Welcome): void
  /** The connection is gone. */
  down(): void
  /** Answers whether the state is held from now on: only then the district is resumed later. */
  reset(message: Reset): boolean
  /** The state that is held goes on; the log is this one. */
  resumed(message: Resumed, cursor: Cursor): void
  /** Nothing is missing now: after a reset, or when what was missed has been read. */
  caughtUp(district: string): void
  /** `cursor`: where this frame brings its district. */
  event(frame: EventOf, cursor: Cursor): void
  /** An incident is out of sight. */
  forget(frame: Forgotten, cursor: Cursor): void
  /** Nothing of ours up to here. */
  watermark(frame: Watermark, cursor: Cursor): void
  /** Somebody calls for help; its event follows in its place. */
  alert(alert: Alert): void
  /** Since when news of other nodes comes late, or null when it no longer does. */
  late(since_ms: number | null): void
  positions(change: PositionChange): void
  acknowledged(id: string, outcome: Outcome): void
  refused(id: string, refusal: Refusal): void
  /** Something that was sent, and isn't a request, could not be taken. */
  problem(refusal: Refusal): void
}

export interface LinkOptions {
  url: string
  handlers: LinkHandlers
  /** Whether to ask for positions. */
  watch: boolean
  firstWait_ms?: number
  schedule?: (flush: () => void) => void
  socket?: typeof WebSocket
}
