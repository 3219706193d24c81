/**
 * The page itself, kept by a service worker so that it opens without a server. A newer version is
 * offered, and taken by the next start; what was done is in the outbox, so a reload loses nothing.
 * Without a secure context there is no worker, and the page is as the server gives it.
 */
import { defineStore } from 'pinia'
import { ref } from 'vue'

/** A page that stays open all day hears of a new version within this time. */
const LOOK_EVERY_MS = 3_600_000

export const useUpdate = defineStore('update', () => {
  const available = ref(false)
  let registration: ServiceWorkerRegistration | null = null
  let taking = false

  async function start(): Promise<void> {
    if (!('serviceWorker' in navigator)) return
    const { serviceWorker } = navigator
    const controlled = serviceWorker.controller !== null
    serviceWorker.addEventListener('controllerchange', () => {
      if (taking) location.reload()
      else if (controlled) available.value = true
      else keepWhatCame()
    })
    registration = await serviceWorker
      .register('/sw.js', { updateViaCache: 'none' })
      .catch(() => null)
    if (registration === null) return
    // Nothing was typed yet: the time to change.
    if (registration.waiting && controlled) take()
    registration.addEventListener('updatefound', () => {
      const found = registration?.installing
      found?.addEventListener('statechange', () => {
        if (found.state === 'installed' && controlled) available.value = true
      })
    })
    setInterval(look, LOOK_EVERY_MS)
  }

  /** Asks the server for a newer version. */
  function look(): void {
    void registration?.update().catch(() => undefined)
  }

  /** Changes to the newer version; the page is loaded anew. */
  function take(): void {
    taking = true
    if (registration?.waiting) registration.waiting.postMessage({ type: 'SKIP_WAITING' })
    else location.reload()
  }

  return { available, start, look, take }
})

/** The first visit loaded its files before there was a worker to keep them. */
function keepWhatCame(): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const { origin, pathname } = new URL(entry.name)
      const passedBy = entry.workerStart === 0
      if (passedBy && origin === location.origin && pathname.startsWith('/assets/'))
        void fetch(entry.name).catch(() => undefined)
    }
  }).observe({ type: 'resource', buffered: true })
}
