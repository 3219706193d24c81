/** Leaves for the sign-in page by loading it anew: nothing of the screen stays in memory. */

/** Why a screen was left: signed out, ended by the server, or nobody was there. */
export type Ended = 'ended' | 'idle'

export function leave(ended?: Ended): void {
  location.replace(ended === undefined ? '/sign-in' : `/sign-in?why=${ended}`)
}
