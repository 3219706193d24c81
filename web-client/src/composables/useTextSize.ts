/** 大字: the phone's screens a fifth larger; the choice stays in this browser. */
import { ref } from 'vue'

const STORED = 'xunfang.large-text'
const large = ref(localStorage.getItem(STORED) !== null)

function show(): void {
  document.documentElement.classList.toggle('large-text', large.value)
}

export function useTextSize() {
  function toggle(): void {
    large.value = !large.value
    if (large.value) localStorage.setItem(STORED, '')
    else localStorage.removeItem(STORED)
    show()
  }

  show()
  return { large, toggle }
}
