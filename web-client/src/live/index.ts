/** The link to the server. Nothing outside this folder touches a socket. */
export type { PositionChange } from './coalesce'
export { Link } from './link'
export type { EventOf, Forgotten, LinkStatus, Reset, Welcome } from './link-options'
export { NoAnswer } from './requests'
