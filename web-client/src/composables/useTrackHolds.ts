/** The holds on tracks that are open, and the names of those whose tracks they keep. */
import { onMounted, ref, shallowRef } from 'vue'
import { getMembers } from '@/api/imports'
import { getTrackHolds, type TrackHold } from '@/api/tracks'
import { useSession } from '@/stores/session'
import { everyPage } from './paging'
import { openHolds } from './track-holds'
import { useFailure } from './useFailure'

/** As many members as the server gives at once. */
const MEMBERS_AT_ONCE = 500

export function useTrackHolds() {
  const session = useSession()
  const failing = useFailure()
  const holds = shallowRef<TrackHold[]>([])
  const names = shallowRef<ReadonlyMap<string, string>>(new Map())
  const loaded = ref(false)

  const read = () =>
    failing.attempt(async () => {
      const district = session.district?.id ?? ''
      const [all, members] = await Promise.all([
        everyPage((before) => getTrackHolds(district, before)),
        everyPage((after) => getMembers(district, { after, limit: MEMBERS_AT_ONCE })),
      ])
      names.value = new Map(members.map(({ id, name }) => [id, name]))
      holds.value = openHolds(all)
      loaded.value = true
    })
  onMounted(read)

  /** Takes what a hold became: one that was released leaves the list. */
  function take(changed: TrackHold): void {
    holds.value = openHolds(holds.value.map((one) => (one.id === changed.id ? changed : one)))
  }

  return { ...failing, holds, names, loaded, read, take }
}
