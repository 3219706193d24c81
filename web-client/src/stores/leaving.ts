/** Whether somebody may leave who still has something unsent: they are asked. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useOutbox } from './outbox'

export const useLeaving = defineStore('leaving', () => {
  const outbox = useOutbox()
  const asking = ref(false)
  let answered: (go: boolean) => void = () => undefined

  /** True at once when nothing waits. */
  function mayGo(): Promise<boolean> {
    if (outbox.waiting === 0) return Promise.resolve(true)
    asking.value = true
    return new Promise((resolve) => (answered = resolve))
  }

  function answer(go: boolean): void {
    asking.value = false
    answered(go)
  }

  return { asking, mayGo, answer }
})
