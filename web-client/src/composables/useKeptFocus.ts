/**
 * Keeps the keyboard's place where what had the focus goes away or is disabled: the first thing
 * left takes it. Focus that went elsewhere stays there.
 */
import { onUnmounted, watch, type Ref } from 'vue'
import { focusFirst } from './roving'

export function useKeptFocus(
  place: Readonly<Ref<HTMLElement | null>>,
  changes: () => unknown,
): void {
  let had = false
  // A button that is disabled or removed loses the focus to nobody, which no event tells.
  const follow = ({ target }: Event) => {
    had = target instanceof Node && (place.value?.contains(target) ?? false)
  }
  addEventListener('focusin', follow)
  addEventListener('pointerdown', follow)
  onUnmounted(() => {
    removeEventListener('focusin', follow)
    removeEventListener('pointerdown', follow)
  })

  watch(
    changes,
    () => {
      // The place itself has it while all in it is disabled: then something in it takes it later.
      const focused = document.activeElement
      const nowhere = focused === null || focused === document.body || focused === place.value
      if (!had || !nowhere) return
      focusFirst(place.value)
      if (document.activeElement === document.body) place.value?.focus()
    },
    { flush: 'post' },
  )
}
