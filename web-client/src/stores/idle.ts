/** When somebody last did something at this console, in any of its tabs, and when that is too long ago. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { tellActive } from '@/api/account'

/** The server ends a console's session after this long without a person. */
export const IDLE_MS = 15 * 60_000
/** This long before, the person is asked. */
export const WARN_MS = 60_000
/** The server is told at most this often. */
export const TELL_EVERY_MS = 60_000
/** Where all tabs of this browser tell it. */
export const ACTIVE = 'xunfang.active'

export const useIdle = defineStore('idle', () => {
  const now_ms = ref(Date.now())
  /** When the server was last told, by this tab or another. */
  const told_ms = ref(0)
  let waiting: ReturnType<typeof setTimeout> | undefined

  const left_ms = computed(() => told_ms.value + IDLE_MS - now_ms.value)
  const warns = computed(() => told_ms.value > 0 && left_ms.value <= WARN_MS)

  /** What happens at the screen; once it warns, only an answer to it counts. */
  function did(): void {
    read()
    if (warns.value) return
    const wait_ms = told_ms.value + TELL_EVERY_MS - now_ms.value
    if (wait_ms <= 0) tell()
    else waiting ??= setTimeout(tell, wait_ms)
  }

  /** Tells the server that somebody is here. */
  function tell(): void {
    clearTimeout(waiting)
    waiting = undefined
    told_ms.value = Date.now()
    read()
    localStorage.setItem(ACTIVE, String(told_ms.value))
    // What can't be told is told again with whatever is done next; an ended session says so itself.
    void tellActive().catch(() => undefined)
  }

  /** Looks at the clock, and at what other tabs told. */
  function read(): void {
    now_ms.value = Date.now()
    const stored = Number(localStorage.getItem(ACTIVE))
    if (stored > told_ms.value && stored <= now_ms.value) told_ms.value = stored
  }

  function stop(): void {
    clearTimeout(waiting)
    waiting = undefined
    told_ms.value = 0
  }

  return { left_ms, warns, did, tell, read, stop }
})
