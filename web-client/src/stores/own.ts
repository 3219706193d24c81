/** What the link says of whoever is signed in: their session, their consent, looks at them. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ConsentSpan, TrackView } from '@/protocol'

export const useOwn = defineStore('own', () => {
  /** The sign-in session of this screen; a shift names the one that sends its positions. */
  const session = ref('')
  /** What was last heard, if anything was. */
  const consent = shallowRef<ConsentSpan | null>(null)
  const look = shallowRef<TrackView | null>(null)

  return { session, consent, look }
})
