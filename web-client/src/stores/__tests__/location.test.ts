// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Member } from '@/protocol'
import { useLocation, type LocationState } from '../location'
import { useSession } from '../session'

const PERMISSION_DENIED = 1
const coords = { longitude: 113.2, latitude: 30.9, speed: null, heading: null, accuracy: 8 }
const found = (at_ms: number) => (take: PositionCallback) =>
  take({ coords, timestamp: at_ms } as unknown as GeolocationPosition)
const fails = (code: number) => (_: PositionCallback, fail: PositionErrorCallback) =>
  fail({ code, PERMISSION_DENIED } as GeolocationPositionError)
const phone = (answer: unknown, secure = true) => {
  vi.stubGlobal('isSecureContext', secure)
  vi.stubGlobal('navigator', {
    geolocation: { getCurrentPosition: answer, watchPosition: () => 1, clearWatch: () => 0 },
  })
}

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

it('forgets where this device was when sharing ends: the next person is somebody else', () => {
  phone(found(5))
  const location = useLocation()
  location.share(0)
  expect(location.fix?.point).toEqual({ lng: 113.2, lat: 30.9 })
  expect(location.state).toBe('on')
  location.stop()
  expect(location.fix).toBeNull()
  expect(location.state).toBe('off')
})

describe('what a phone that cannot locate says', () => {
  it.each<[LocationState, unknown, boolean]>([
    ['denied', fails(PERMISSION_DENIED), true],
    ['unavailable', fails(2), true],
    ['unavailable', fails(3), true],
    ['insecure', found(5), false],
    ['searching', () => undefined, true],
    ['on', found(5), true],
  ])('%s', (state, answer, secure) => {
    phone(answer, secure)
    const location = useLocation()
    void location.locate()
    expect(location.state).toBe(state)
  })

  it('unsupported', () => {
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('navigator', {})
    const location = useLocation()
    location.share(0)
    expect(location.state).toBe('unsupported')
  })
})

it('has a fix of now, or none', async () => {
  phone(found(Date.now()))
  expect((await useLocation().here())?.accuracy_m).toBe(8)
  setActivePinia(createPinia())
  phone(found(Date.now() - 60_000))
  expect(await useLocation().here()).toBeNull()
})

it('takes a member’s word while it has no fix, and no other member’s', () => {
  phone(fails(PERMISSION_DENIED))
  const session = useSession()
  session.member = { id: 'm' } as Member
  const location = useLocation()
  const point = { lng: 113.25, lat: 30.95 }
  location.standAt({ kind: 'checkpoint', id: 'c', point })
  expect([location.point, location.standIn?.id]).toEqual([point, 'c'])
  session.member = { id: 'other' } as Member
  expect(location.point).toBeNull()
  session.member = { id: 'm' } as Member
  phone(found(5))
  void location.locate()
  expect([location.point?.lng, location.standIn]).toEqual([113.2, null])
})
