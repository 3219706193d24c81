/** Ends the session here and at the server; the page is loaded anew and asks to sign in. */
import { useLeaving } from '@/stores/leaving'
import { useLink } from '@/stores/link'
import { useLocation } from '@/stores/location'
import { useNotice } from '@/stores/notice'
import { useSession } from '@/stores/session'
import { leave } from './leave'
import { useFailure } from './useFailure'

export function useSignOut() {
  const leaving = useLeaving()
  const link = useLink()
  const location = useLocation()
  const notice = useNotice()
  const session = useSession()
  const { attempt, failure } = useFailure()

  return async function signOut(): Promise<void> {
    if (!(await leaving.mayGo())) return
    const watch = link.watching
    // First, so that the server's good-bye isn't taken for the session's end.
    link.stop()
    if (!(await attempt(session.signOut))) {
      notice.say(failure.value)
      link.start({ watch })
      return
    }
    location.stop()
    leave()
  }
}
