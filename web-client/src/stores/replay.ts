/** A replay of somebody's or an incident's last hours: what was, never what is. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { getTrackView, type Track, type TrackReplay, type TrackView } from '@/api/tracks'
import { newId, type Entry } from '@/protocol'
import { useIncidents } from './incidents'
import { useLink } from './link'
import { useSession } from './session'

export const SPEEDS = [1, 10, 60] as const
export type Speed = (typeof SPEEDS)[number]

export interface Wish {
  members: string[]
  incident: string | null
  from_ms: number
  to_ms: number
  reason: string
}

export const useReplay = defineStore('replay', () => {
  const incidents = useIncidents()
  const link = useLink()
  const session = useSession()

  const view = shallowRef<TrackView | null>(null)
  const tracks = shallowRef<Track[]>([])
  /** Fixes of before this were purged unless they are held. */
  const kept_since_ms = ref(0)
  const at_ms = ref(0)
  const playing = ref(false)
  const speed = ref<Speed>(10)

  const active = computed(() => view.value !== null)
  /** Whether the window begins among what was purged. */
  const purged = computed(() => view.value !== null && view.value.from_ms < kept_since_ms.value)
  /** The incident's timeline inside the window, oldest first. */
  const entries = computed<Entry[]>(() => {
    const seen = view.value
    const lines = seen?.incident ? (incidents.timelines.get(seen.incident) ?? []) : []
    return lines.filter((line) => seen && line.at_ms >= seen.from_ms && line.at_ms <= seen.to_ms)
  })

  /** Asks for the tracks: the reason is kept, and those who are seen are told. */
  async function begin(wish: Wish): Promise<void> {
    const district = session.district?.id ?? ''
    const id = newId()
    await link.request({ type: 'view_track', view: id, ...wish })
    const read = await getTrackView(district, id)
    if (wish.incident) await incidents.loadTimeline(wish.incident)
    open(read)
  }

  function open(read: TrackReplay): void {
    tracks.value = read.tracks
    kept_since_ms.value = read.kept_since_ms
    at_ms.value = read.view.from_ms
    playing.value = false
    view.value = read.view
  }

  /** Moves the slider; it stops at either end. */
  function seek(next_ms: number): void {
    if (!view.value) return
    at_ms.value = Math.min(view.value.to_ms, Math.max(view.value.from_ms, next_ms))
    if (at_ms.value === view.value.to_ms) playing.value = false
  }

  /** So much of the screen's time has passed. */
  function pass(elapsed_ms: number): void {
    if (playing.value) seek(at_ms.value + elapsed_ms * speed.value)
  }

  /** Plays on, from the start when it was at the end. */
  function toggle(): void {
    if (!playing.value && view.value && at_ms.value >= view.value.to_ms) seek(view.value.from_ms)
    playing.value = !playing.value
  }

  function close(): void {
    playing.value = false
    view.value = null
    tracks.value = []
  }

  return {
    view,
    tracks,
    kept_since_ms,
    purged,
    at_ms,
    playing,
    speed,
    active,
    entries,
    begin,
    open,
    seek,
    pass,
    toggle,
    close,
  }
})
