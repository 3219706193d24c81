/** Members with the state of their accounts, sought through and turned page by page. */
import { computed, onMounted, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { getAccounts, type AccountRow } from '@/api/account'
import { useSession } from '@/stores/session'
import { PAGE_ROWS } from './paging'
import { useFailure } from './useFailure'
import { useTimes } from './useTimes'

export function useAccounts() {
  const { t } = useI18n()
  const session = useSession()
  const times = useTimes()
  const { busy, failure, attempt } = useFailure()

  const sought = ref('')
  const rows = shallowRef<AccountRow[]>([])
  const read = ref(false)
  const next = ref<string | null>(null)
  /** What each page so far was asked for with. */
  const turned = ref<(string | undefined)[]>([undefined])

  /** What was asked for while another answer was awaited. */
  let waiting: (string | undefined)[] | null = null

  async function show(turns: (string | undefined)[]): Promise<void> {
    if (busy.value) {
      waiting = turns
      return
    }
    await attempt(async () => {
      const q = sought.value.trim() || undefined
      const district = session.keptDistrict
      const page = await getAccounts(district, { q, after: turns.at(-1), limit: PAGE_ROWS })
      rows.value = page.items
      next.value = page.next ?? null
      turned.value = turns
      read.value = true
    })
    const then = waiting
    waiting = null
    if (then) await show(then)
  }

  const forward = () => show([...turned.value, next.value ?? undefined])
  const back = () => show(turned.value.slice(0, -1))
  const seek = () => show([undefined])
  const reload = () => show(turned.value)
  const first = computed(() => (turned.value.length - 1) * PAGE_ROWS + 1)
  const isFirst = computed(() => turned.value.length === 1)

  function state({ account }: AccountRow): string {
    if (!account) return t('accounts.state.none')
    if (account.disabled) return t('accounts.state.disabled')
    if (account.locked_until_ms != null) {
      return t('accounts.state.locked', { time: times.short(account.locked_until_ms) })
    }
    return t(account.must_change ? 'accounts.state.mustChange' : 'accounts.state.fine')
  }

  const signedIn = ({ account }: AccountRow) =>
    account?.signed_in_ms != null ? times.full(account.signed_in_ms) : t('accounts.never')

  onMounted(seek)
  return {
    rows,
    read,
    next,
    first,
    isFirst,
    busy,
    failure,
    sought,
    forward,
    back,
    seek,
    reload,
    state,
    signedIn,
  }
}
