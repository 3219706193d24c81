/** A press that must last, by finger, mouse or key; whatever takes the page away ends the press. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { Hold, type HoldPhase } from './hold'

const KEYS = [' ', 'Enter']
/** The click that a finger or a mouse makes comes at once after its press. */
const AFTER_PRESS_MS = 500

export function useHold(fire: () => void) {
  const phase = ref<HoldPhase>('idle')
  const hold = new Hold({ phase: (next) => (phase.value = next), fire })
  /** When the last press ended, by the page's clock. */
  let ended_ms = -Infinity

  function down(event: PointerEvent): void {
    if (event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    hold.press()
  }

  function keyDown(event: KeyboardEvent): void {
    if (!KEYS.includes(event.key)) return
    event.preventDefault()
    hold.press()
  }

  function keyUp(event: KeyboardEvent): void {
    if (!KEYS.includes(event.key)) return
    event.preventDefault()
    release()
  }

  function release(): void {
    ended_ms = performance.now()
    hold.release()
  }

  /** Whether this click follows no press, as a screen reader makes one. */
  const cameAlone = () => performance.now() - ended_ms > AFTER_PRESS_MS
  const reset = () => hold.reset()

  onMounted(() => document.addEventListener('visibilitychange', release))
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', release)
    hold.reset()
  })

  return { phase, down, keyDown, keyUp, release, reset, cameAlone }
}
