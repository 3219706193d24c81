/** How many messages of a channel came while nobody looked at it. */
import { computed, ref, watch } from 'vue'
import { useMessages } from '@/stores/messages'
import { useSession } from '@/stores/session'

export function useUnread(channel: () => string, looking: () => boolean) {
  const messages = useMessages()
  const session = useSession()
  const seen_ms = ref<number | null>(null)

  const others = computed(() =>
    (messages.byChannel.get(channel()) ?? []).filter(({ sender }) => sender !== session.member?.id),
  )
  const newest_ms = computed(() => others.value.at(-1)?.at_ms ?? 0)

  watch(channel, () => (seen_ms.value = null))
  watch(
    [looking, newest_ms],
    ([now]) => {
      // What was there when the screen opened is old news.
      if (now || seen_ms.value === null) seen_ms.value = newest_ms.value
    },
    { immediate: true },
  )

  return computed(
    () => others.value.filter(({ at_ms }) => at_ms > (seen_ms.value ?? newest_ms.value)).length,
  )
}
