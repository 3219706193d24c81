import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import { useLocation } from '../location'

afterEach(() => vi.unstubAllGlobals())

it('forgets where this device was when sharing ends: the next person is somebody else', () => {
  const coords = { longitude: 113.2, latitude: 30.9, speed: null, heading: null, accuracy: 8 }
  const answer = (take: PositionCallback) =>
    take({ coords, timestamp: 5 } as unknown as GeolocationPosition)
  const geolocation = {
    getCurrentPosition: answer,
    watchPosition: () => 1,
    clearWatch: () => undefined,
  }
  vi.stubGlobal('navigator', { geolocation })
  setActivePinia(createPinia())
  const location = useLocation()
  location.share(0)
  expect(location.fix?.point).toEqual({ lng: 113.2, lat: 30.9 })
  expect(location.state).toBe('on')
  location.stop()
  expect(location.fix).toBeNull()
  expect(location.state).toBe('off')
})
