/** Pages of the audit log, the newest first. */
import { computed, ref, watch } from 'vue'
import { getAudit, type AuditAction, type AuditLine } from '@/api/personal'
import { useSession } from '@/stores/session'
import { useFailure } from './useFailure'

export function useAudit() {
  const session = useSession()
  const failing = useFailure()
  const action = ref<AuditAction | ''>('')
  const object = ref('')
  const actor = ref('')
  const lines = ref<AuditLine[]>([])
  const next = ref<string | null>(null)
  /** The district, or the installation for an administrator of all. */
  const district = computed(() => session.district?.id ?? session.member?.district ?? '')

  async function read(before?: string): Promise<void> {
    await failing.attempt(async () => {
      const page = await getAudit(district.value, {
        ...(action.value && { action: action.value }),
        ...(object.value.trim() && { object: object.value.trim() }),
        ...(actor.value.trim() && { actor: actor.value.trim() }),
        ...(before && { before }),
      })
      lines.value = before ? [...lines.value, ...page.items] : page.items
      next.value = page.next
    })
  }

  watch([district, action], () => read(), { immediate: true })
  return { ...failing, action, object, actor, lines, next, read }
}
