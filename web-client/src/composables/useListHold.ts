/** Whether a list is held: pointed at, under keyboard focus, or scrolled away from its top. */
import { computed, ref } from 'vue'

export function useListHold() {
  const pointed = ref(false)
  const focused = ref(false)
  const scrolled = ref(false)

  /** A row that was clicked keeps the focus for long; only the keyboard's is somebody's finger. */
  function focus({ target }: FocusEvent): void {
    focused.value = target instanceof Element && target.matches(':focus-visible')
  }

  function scroll({ target }: Event): void {
    scrolled.value = target instanceof Element && target.scrollTop > 0
  }

  const on = {
    pointerenter: () => (pointed.value = true),
    pointerleave: () => (pointed.value = false),
    focusin: focus,
    focusout: () => (focused.value = false),
    scroll,
  }
  return { held: computed(() => pointed.value || focused.value || scrolled.value), on }
}
