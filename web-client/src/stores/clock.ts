/** The time as the server has it, so that ages are true on a machine whose clock is wrong. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useClock = defineStore('clock', () => {
  let ahead_ms = 0
  const now_ms = ref(Date.now())

  function read(): number {
    now_ms.value = Date.now() + ahead_ms
    return now_ms.value
  }

  /** The server said what time it is. */
  function set(server_ms: number): void {
    ahead_ms = server_ms - Date.now()
    read()
  }

  setInterval(read, 1000)
  return { now_ms, set, read }
})
