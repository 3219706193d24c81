/** The link and what waits for it, in a few words for a screen's head. */
import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ItemState } from '@/live'
import { useLink } from '@/stores/link'
import { useOutbox } from '@/stores/outbox'
import { useTimes } from './useTimes'

export function useLinkWords() {
  const { t } = useI18n()
  const link = useLink()
  const outbox = useOutbox()
  const times = useTimes()

  const count = (wanted: ItemState) => outbox.items.filter(({ state }) => state === wanted).length
  const time = computed(() => times.short(link.since_ms))
  const offline = computed(() => link.status === 'reconnecting')
  const parts = computed(() => {
    const counts = { waiting: outbox.waiting, refused: count('refused'), expired: count('expired') }
    return (Object.entries(counts) as [keyof typeof counts, number][])
      .filter(([, n]) => n > 0)
      .map(([name, n]) => t(`outbox.head.${name}`, { n }))
  })
  const words = computed(() => {
    if (parts.value.length === 0)
      return offline.value
        ? t('outbox.head.idle', { time: time.value })
        : t(`console.link.${link.status}`, { time: time.value })
    const short = { live: 'outbox.head.online', reconnecting: 'outbox.head.offline' } as const
    const key =
      link.status === 'live' || link.status === 'reconnecting'
        ? short[link.status]
        : (`console.link.${link.status}` as const)
    return [t(key, { time: time.value }), ...parts.value].join(' · ')
  })

  return reactive({
    words,
    live: computed(() => link.status === 'live'),
    /** The whole sentence. */
    sentence: computed(() => t(`outbox.link.${link.status}`, { time: time.value })),
  })
}
