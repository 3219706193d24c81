/** What a signed-in screen needs: the district's places, read once, and the link. */
import { usePlaces } from '@/stores/places'
import { useLink } from '@/stores/link'
import { useSession } from '@/stores/session'

export function useLive({ watch }: { watch: boolean }) {
  const link = useLink()
  const places = usePlaces()
  const session = useSession()

  async function load(): Promise<void> {
    if (session.district) await places.load(session.district.id)
  }

  if (places.loading === 'idle' || places.loading === 'failed') void load()
  link.start({ watch })
  return { load }
}
