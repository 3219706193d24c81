/** Shows something in clear for a minute, for a reason; then it is masked again. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useFailure } from './useFailure'

/** Long enough to dial a number. */
export const SHOWN_MS = 60_000

export function useReveal<T>(ask: (reason: string) => Promise<T>) {
  const failing = useFailure()
  const asking = ref(false)
  const reason = ref('')
  const clear = shallowRef<T | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined

  function hide(): void {
    clearTimeout(timer)
    clear.value = null
  }

  function begin(): void {
    reason.value = ''
    failing.failure.value = ''
    asking.value = true
  }

  async function reveal(): Promise<void> {
    await failing.attempt(async () => {
      clear.value = await ask(reason.value.trim())
      asking.value = false
      clearTimeout(timer)
      timer = setTimeout(hide, SHOWN_MS)
    })
  }

  onScopeDispose(hide)
  return { ...failing, asking, reason, clear, begin, reveal, hide }
}
