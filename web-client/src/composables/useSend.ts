/**
 * Sends what somebody did on a patrol, and makes nobody wait for a link: what isn't answered soon
 * stays in the outbox, which goes on by itself and shows how it ended.
 */
import { Refused, type Outcome, type Request } from '@/protocol'
import { useLink } from '@/stores/link'
import { useOutbox } from '@/stores/outbox'

/** Longer than an answer takes on a slow link; a person with a phone in the hand waits no longer. */
const ANSWER_SOON_MS = 4_000

export function useSend() {
  const link = useLink()
  const outbox = useOutbox()

  /** The outcome; null when it is kept and will be sent. Throws `Refused`. */
  async function send(request: Request, id?: string): Promise<Outcome | null> {
    let watched = true
    const answer = outbox.send(request, { id }).catch((error: unknown) => {
      // Told where it was done, it isn't told a second time.
      if (watched && error instanceof Refused && error.command !== null)
        outbox.dismiss(error.command)
      throw error
    })
    answer.catch(() => undefined)
    // Without a link too, what can't even be kept says so at once.
    const within_ms = link.status === 'live' ? ANSWER_SOON_MS : 0
    const late = new Promise<null>((resolve) => {
      setTimeout(() => {
        watched = false
        resolve(null)
      }, within_ms)
    })
    return Promise.race([answer, late])
  }

  return { send }
}
