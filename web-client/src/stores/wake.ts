/**
 * Keeps the screen on while somebody is on duty or calls for help: a phone that sleeps sends no
 * position. The browser drops the lock whenever the page is hidden, so it is taken again then.
 */
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** `refused`: the phone won't for now, e.g. to save its battery. */
export type WakeState = 'off' | 'on' | 'refused' | 'unsupported'

export const useWake = defineStore('wake', () => {
  const state = ref<WakeState>('off')
  let wanted = false
  let lock: WakeLockSentinel | null = null
  let asking = false

  /** Keeps the screen on from now. */
  function hold(): void {
    if (wanted) return
    wanted = true
    document.addEventListener('visibilitychange', again)
    void take()
  }

  function release(): void {
    wanted = false
    document.removeEventListener('visibilitychange', again)
    void lock?.release()
    lock = null
    state.value = 'off'
  }

  async function take(): Promise<void> {
    // Older phones, and pages that aren't encrypted, have no such thing.
    if (!('wakeLock' in navigator)) {
      state.value = 'unsupported'
      return
    }
    if (asking || lock) return
    asking = true
    try {
      const taken = await navigator.wakeLock.request('screen')
      keep(taken)
    } catch {
      if (wanted) state.value = 'refused'
    } finally {
      asking = false
    }
  }

  function keep(taken: WakeLockSentinel): void {
    if (!wanted) {
      void taken.release()
      return
    }
    lock = taken
    state.value = 'on'
    taken.addEventListener('release', () => {
      if (lock === taken) lock = null
    })
  }

  function again(): void {
    if (wanted && document.visibilityState === 'visible') void take()
  }

  return { state, hold, release }
})
