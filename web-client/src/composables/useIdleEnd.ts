/** Ends a console's session when nobody is there: asked a minute before, then gone from the screen. */
import { computed, onUnmounted, watch } from 'vue'
import { useIdle } from '@/stores/idle'
import { useLink } from '@/stores/link'
import { useSession } from '@/stores/session'
import { leave } from './leave'

const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
const LOOK_EVERY_MS = 1_000

export function useIdleEnd() {
  const idle = useIdle()
  const link = useLink()
  const session = useSession()
  const applies = computed(() => session.member !== null && session.console)
  let looking: ReturnType<typeof setInterval> | undefined

  function begin(): void {
    idle.read()
    // Whoever opened the page is there.
    idle.tell()
    for (const sign of SIGNS) addEventListener(sign, idle.did, { passive: true, capture: true })
    looking = setInterval(look, LOOK_EVERY_MS)
  }

  function end(): void {
    for (const sign of SIGNS) removeEventListener(sign, idle.did, { capture: true })
    clearInterval(looking)
    idle.stop()
  }

  function look(): void {
    idle.read()
    if (idle.left_ms > 0) return
    end()
    // First, so that the server's good-bye isn't taken for the session's end.
    link.stop()
    void session
      .signOut()
      .catch(() => undefined)
      .finally(() => leave('idle'))
  }

  watch(applies, (on) => (on ? begin() : end()), { immediate: true })
  onUnmounted(end)
  return idle
}
