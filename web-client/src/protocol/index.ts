/** What travels on the wire, version 1. The types come from the server's own, see `generated/`. */
export type { Assignment } from './generated/Assignment'
export type { AssignmentMove } from './generated/AssignmentMove'
export type { AssignmentState } from './generated/AssignmentState'
export type { CheckIn } from './generated/CheckIn'
export type { ClientMessage } from './generated/ClientMessage'
export type { Code } from './generated/Code'
export type { District } from './generated/District'
export type { Entry } from './generated/Entry'
export type { Event } from './generated/Event'
export type { EventFrame } from './generated/EventFrame'
export type { Fix } from './generated/Fix'
export type { Flags } from './generated/Flags'
export type { Force } from './generated/Force'
export type { Incident } from './generated/Incident'
export type { IncidentMove } from './generated/IncidentMove'
export type { IncidentState } from './generated/IncidentState'
export type { Kind } from './generated/Kind'
export type { Level } from './generated/Level'
export type { Member } from './generated/Member'
export type { MemberBrief } from './generated/MemberBrief'
export type { Message } from './generated/Message'
export type { OnDuty } from './generated/OnDuty'
export type { Organisation } from './generated/Organisation'
export type { Outcome } from './generated/Outcome'
export type { Point } from './generated/Point'
export type { Request } from './generated/Request'
export type { Role } from './generated/Role'
export type { ServerMessage } from './generated/ServerMessage'
export type { Shift } from './generated/Shift'
export type { Snapshot } from './generated/Snapshot'
export type { Team } from './generated/Team'
export type { TopKind } from './generated/TopKind'
export type { UnitPosition } from './generated/UnitPosition'

export * from './close'
export * from './id'
export * from './incident-steps'
export * from './position-frame'
export * from './refusal'
export * from './seat'

/** The protocol's version, said by both sides in their first message. */
export const VERSION = 1
/** The consent text that this version asks for; a new text is a new number. */
export const CONSENT_VERSION = 1
/** Fixes in one `position` message. */
export const MAX_FIXES = 100
/** The longest typed text, in characters. */
export const MAX_TEXT_CHARS = 2000
