/** One sentence for a moment: what was just done, or could not be. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

const SHOWN_MS = 6_000

export const useNotice = defineStore('notice', () => {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(words: string): void {
    text.value = words
    clearTimeout(timer)
    timer = setTimeout(dismiss, SHOWN_MS)
  }

  function dismiss(): void {
    clearTimeout(timer)
    text.value = ''
  }

  return { text, say, dismiss }
})
