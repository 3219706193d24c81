/** The officer whom an auxiliary signs on under: chosen on this phone and remembered there. */
import { computed, ref, watch } from 'vue'
import { getOfficers, type Officer } from '@/api/personal'
import { useReads } from '@/stores/reads'
import { useSession } from '@/stores/session'
import { needsOfficer } from './party-seats'

export function useOfficer() {
  const reads = useReads()
  const session = useSession()
  const officers = ref<Officer[]>([])
  const failed = ref(false)
  const chosen = ref('')

  const needed = computed(() => session.member !== null && needsOfficer(session.member))
  const key = computed(() => `xunfang.officer.${session.member?.id ?? ''}`)
  /** Null when it isn't needed, or when it is and nobody was chosen. */
  const officer = computed(() => (needed.value && chosen.value !== '' ? chosen.value : null))
  const missing = computed(() => needed.value && officer.value === null)

  async function read(): Promise<void> {
    const { district } = session
    if (!needed.value || !district) return
    failed.value = false
    try {
      const ask = () => getOfficers(district.id)
      officers.value = (await reads.read(`officers.${district.id}`, ask)).value
      const before = localStorage.getItem(key.value) ?? ''
      if (officers.value.some(({ id }) => id === before)) chosen.value = before
    } catch {
      failed.value = true
    }
  }

  watch(chosen, (id) => id !== '' && localStorage.setItem(key.value, id))
  watch([needed, () => session.district?.id], read, { immediate: true })
  return { officers, chosen, officer, needed, missing, failed, read }
}
