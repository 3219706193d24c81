/** The link to the server, and what is kept in the browser. Nothing outside this folder touches a
 *  socket or the database. */
export type { PositionChange } from './coalesce'
export { askToPersist, onStorage, type StorageState, type Who } from './database'
export * from './fixes'
export { inTime } from './in-time'
export { keepWho, lastWho, readKept, wipe, type Kept } from './kept'
export { Link } from './link'
export type {
  EventOf,
  Forgotten,
  LinkHandlers,
  LinkStatus,
  Reset,
  Resumed,
  Watermark,
  Welcome,
} from './link-options'
export { ANSWER_WITHIN_MS, NoAnswer } from './no-answer'
export { Outbox } from './outbox'
export { byOrder, type Item, type ItemState } from './outbox-item'
export { isErasedIn, TypedTexts, withoutTyped } from './typed'
export { keepRead, lastRead } from './reads'
export { Views, type Change } from './views'
