/** Keeps the keyboard's place where what had the focus goes away: the first thing left takes it. */
import { watch, type Ref } from 'vue'
import { focusFirst } from './roving'

export function useKeptFocus(
  place: Readonly<Ref<HTMLElement | null>>,
  changes: () => unknown,
): void {
  let had = false
  watch(changes, () => (had = place.value?.contains(document.activeElement) ?? false), {
    flush: 'pre',
  })
  watch(
    changes,
    () => {
      const lost = document.activeElement === null || document.activeElement === document.body
      if (!had || !lost) return
      const before = document.activeElement
      focusFirst(place.value)
      if (document.activeElement === before) place.value?.focus()
    },
    { flush: 'post' },
  )
}
