/** Reads an incident's timeline when it is opened, and again after each reset. */
import { computed, ref, watch } from 'vue'
import { Refused } from '@/protocol'
import { useIncidents } from '@/stores/incidents'
import { useMessages } from '@/stores/messages'
import { useSession } from '@/stores/session'

export function useTimeline(id: () => string) {
  const incidents = useIncidents()
  const messages = useMessages()
  const session = useSession()
  const failed = ref(false)
  /** The server says that there is no such incident for this member. */
  const missing = ref(false)

  async function read(): Promise<void> {
    failed.value = false
    missing.value = false
    try {
      await incidents.loadTimeline(id())
      const channel = incidents.byId.get(id())?.channel
      if (channel && session.district) await messages.load(session.district.id, channel)
    } catch (error) {
      missing.value = error instanceof Refused && error.refusal.code === 'not_found'
      failed.value = !missing.value
    }
  }

  watch([id, () => incidents.generation], read, { immediate: true })

  return {
    incident: computed(() => incidents.byId.get(id()) ?? null),
    timeline: computed(() => incidents.timelines.get(id()) ?? []),
    failed,
    missing,
    read,
  }
}
