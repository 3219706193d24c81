/** What a signed-in screen needs: the district's places, read once, and the link. What stood in for
 *  an answer of the server is read again when there is one. */
import { watch } from 'vue'
import { usePlaces } from '@/stores/places'
import { useLink } from '@/stores/link'
import { useRounds } from '@/stores/rounds'
import { useSession } from '@/stores/session'

export function useLive({ watch: positions }: { watch: boolean }) {
  const link = useLink()
  const places = usePlaces()
  const rounds = useRounds()
  const session = useSession()

  async function load(): Promise<void> {
    if (session.district) await places.load(session.district.id)
  }

  if (places.loading === 'idle' || places.loading === 'failed') void load()
  watch(
    () => link.status === 'live',
    (live) => {
      if (!live) return
      if (session.unproven) void session.restore()
      if (places.stale) void load()
      if (rounds.stale && session.district) void rounds.load(session.district.id)
    },
  )
  link.start({ watch: positions })
  return { load }
}
