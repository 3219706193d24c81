/** The link to the server, and what is kept in the browser. Nothing outside this folder touches a
 *  socket or the database. */
export type { PositionChange } from './coalesce'
export { askToPersist, onStorage, type StorageState } from './database'
export { Link } from './link'
export type { EventOf, Forgotten, LinkStatus, Reset, Welcome } from './link-options'
export { ANSWER_WITHIN_MS, NoAnswer } from './no-answer'
export { Outbox } from './outbox'
export { byOrder, type Item, type ItemState } from './outbox-item'
