/** What a link needs, and what it hands on. */
import type { EventFrame, Refusal, ServerMessage } from '@/protocol'
import type { PositionChange } from './coalesce'

export type LinkStatus = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'signed_out' | 'refused'
export type Welcome = Extract<ServerMessage, { type: 'welcome' }>
export type Reset = Extract<ServerMessage, { type: 'reset' }>
export type EventOf = Extract<EventFrame, { type: 'event' }>
export type Forgotten = Extract<EventFrame, { type: 'forget' }>

export interface LinkHandlers {
  /** `quiet_ms`: how long ago the last frame came. */
  status(status: LinkStatus, quiet_ms: number): void
  welcome(message: Welcome): void
  reset(message: Reset): void
  event(frame: EventOf): void
  /** An incident is out of sight. */
  forget(frame: Forgotten): void
  positions(change: PositionChange): void
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
