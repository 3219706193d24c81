/** Looks at the own tracks, the newest first: read in pages, and joined by what happens now. */
import { computed, onMounted, shallowRef, watch } from 'vue'
import { getOwnLooks, type OwnLooks } from '@/api/consent'
import { useOwn } from '@/stores/own'
import { useSession } from '@/stores/session'
import { useFailure } from './useFailure'

type Look = Pick<
  OwnLooks['items'][number],
  'id' | 'viewer_name' | 'at_ms' | 'from_ms' | 'to_ms' | 'reason'
>

export function useOwnLooks() {
  const own = useOwn()
  const session = useSession()
  const failing = useFailure()
  const looks = shallowRef<Look[]>([])
  const next = shallowRef<string | null>(null)
  const loaded = shallowRef(false)

  const read = () =>
    failing.attempt(async () => {
      const page = await getOwnLooks(next.value ?? undefined)
      looks.value = [...looks.value, ...page.items]
      next.value = page.next
      loaded.value = true
    })

  onMounted(read)
  watch(
    () => own.look,
    (look) => {
      // Whoever was looked at is told of it without the names of the others.
      const isMine = look?.members.length === 0 || look?.members.includes(session.member?.id ?? '')
      if (look && isMine && !looks.value.some(({ id }) => id === look.id))
        looks.value = [look, ...looks.value]
    },
  )

  const more = computed(() => next.value !== null)
  return { ...failing, looks, loaded, more, read }
}
