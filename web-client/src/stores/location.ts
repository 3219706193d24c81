/**
 * Where this phone is: watched while on duty with consent, and asked once for a report. Fixes are
 * sent as they come, and those taken without a link follow when it is back. A phone that can't say
 * where it is may be told: the member's own word, a checkpoint or a grid, stands in.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Fix, Point } from '@/protocol'
import { useSession } from './session'
import { useUnsentFixes } from './unsent-fixes'

/** `insecure`: browsers locate no page that came without encryption. `unsupported`: no such part. */
export type LocationState =
  'off' | 'searching' | 'on' | 'denied' | 'insecure' | 'unsupported' | 'unavailable'

/** Where somebody says that they are. */
export interface StandIn {
  kind: 'grid' | 'checkpoint'
  /** The grid's code or the checkpoint's id. */
  id: string
  point: Point
}

/** A fix at least this often, also when nobody moves: an old dot looks like a lost colleague. */
const HEARTBEAT_MS = 15_000
/** A fresh fix each time it is asked for. */
const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 }
/** A fix younger than this says where the phone is now. */
const NOW_MS = 20_000
/** Somebody stands there and waits. */
const WAIT_MS = 6_000

export const useLocation = defineStore('location', () => {
  const session = useSession()
  const unsent = useUnsentFixes()
  const state = ref<LocationState>('off')
  const fix = shallowRef<Fix | null>(null)
  let watching: number | null = null
  let since_ms = 0
  let heartbeat: ReturnType<typeof setInterval> | undefined
  const said = shallowRef<{ member: string; at: StandIn } | null>(null)

  /** Holds for whoever said it, while no fix says better. */
  const standIn = computed(() =>
    fix.value === null && said.value?.member === session.member?.id
      ? (said.value?.at ?? null)
      : null,
  )
  /** The best that is known: the phone's own word, else the member's. */
  const point = computed<Point | null>(() => fix.value?.point ?? standIn.value?.point ?? null)

  function standAt(at: StandIn): void {
    if (session.member) said.value = { member: session.member.id, at }
  }

  /** Asks for one fix, e.g. for a report; the promise ends with it, with a failure, or the wait. */
  function locate(): Promise<void> {
    const never = whyNever()
    if (never) {
      state.value = never
      return Promise.resolve()
    }
    if (fix.value === null) state.value = 'searching'
    return new Promise((resolve) => {
      setTimeout(resolve, WAIT_MS)
      navigator.geolocation.getCurrentPosition(
        (position) => {
          take(position)
          resolve()
        },
        (error) => {
          fail(error)
          resolve()
        },
        OPTIONS,
      )
    })
  }

  /** A fix of now, asked for if the newest is older; null when there is none in time. */
  async function here(): Promise<Fix | null> {
    const fresh = () => (fix.value && Date.now() - fix.value.at_ms < NOW_MS ? fix.value : null)
    if (fresh() === null) await locate()
    return fresh()
  }

  /** Starts to watch and to send: fixes from the sign-on on, for earlier ones are refused. */
  function share(started_ms: number): void {
    since_ms = started_ms
    if (watching !== null) return
    void locate()
    if (whyNever()) return
    unsent.begin()
    watching = navigator.geolocation.watchPosition(take, fail, OPTIONS)
    heartbeat = setInterval(() => {
      navigator.geolocation.getCurrentPosition(take, fail, OPTIONS)
    }, HEARTBEAT_MS)
  }

  /** Stops both; what wasn't sent is forgotten with the consent that it needed, and the last fix
   *  with it: the next person on this device must not report from there. */
  function stop(): void {
    if (watching !== null) {
      navigator.geolocation.clearWatch(watching)
      unsent.forget()
    }
    clearInterval(heartbeat)
    watching = null
    fix.value = null
    state.value = 'off'
  }

  function take({ coords, timestamp }: GeolocationPosition): void {
    const taken: Fix = {
      at_ms: Math.round(timestamp),
      point: { lng: coords.longitude, lat: coords.latitude },
      speed_mps: known(coords.speed),
      heading_deg: known(coords.heading),
      accuracy_m: known(coords.accuracy),
    }
    fix.value = taken
    state.value = 'on'
    if (watching === null || taken.at_ms < since_ms) return
    unsent.add(taken)
  }

  function fail(error: GeolocationPositionError): void {
    if (error.code === error.PERMISSION_DENIED) state.value = 'denied'
    else if (fix.value === null) state.value = 'unavailable'
  }

  return { state, fix, standIn, point, standAt, locate, here, share, stop }
})

/** Why this page will never know, if so. */
function whyNever(): LocationState | null {
  if (!isSecureContext) return 'insecure'
  return 'geolocation' in navigator ? null : 'unsupported'
}

/** Browsers say null or NaN for what they don't know. */
function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}
