/** Close codes of the server: 4100 to 4199 ask a person to act first, all others allow a return. */

/** The server stops or restarts. */
export const CLOSE_DRAINING = 4001
export const CLOSE_UNAUTHENTICATED = 4101
export const CLOSE_VERSION = 4103

/** Whether the client should connect again by itself after this close code. */
export function mayReconnect(code: number): boolean {
  return code < 4100 || code > 4199
}
