/** Single keys of the desk; never while somebody types, is in a menu or answers a dialog. */
import { onUnmounted, ref } from 'vue'

const STORED = 'xunfang.shortcuts'
const TYPING = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'
const OWN_KEYS = '[role=menu], [role=listbox], [role=combobox], [aria-modal=true]'

/** Off for those whom single keys disturb, e.g. by voice control; kept in this browser. */
const on = ref(true)

export function useShortcutSwitch() {
  on.value = localStorage.getItem(STORED) !== 'off'
  function toggle(): void {
    on.value = !on.value
    localStorage.setItem(STORED, on.value ? 'on' : 'off')
  }
  return { on, toggle }
}

/** Whether a key belongs to what it was pressed in. */
export function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true
  if (document.querySelector('[aria-modal=true]:not(.is-closing)')) return true
  const { target } = event
  return target instanceof Element && (target.matches(TYPING) || target.closest(OWN_KEYS) !== null)
}

/** Runs what belongs to a key; `Escape` and `?` also when the others are off. */
export function useShortcuts(actions: Readonly<Record<string, () => void>>): void {
  function press(event: KeyboardEvent): void {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const action = actions[key]
    if (!action || isTaken(event)) return
    if (!on.value && key !== '?' && key !== 'Escape') return
    event.preventDefault()
    action()
  }

  useShortcutSwitch()
  addEventListener('keydown', press)
  onUnmounted(() => removeEventListener('keydown', press))
}
