// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useWake } from '../wake'

/** A browser's wake lock: it is lost whenever the page is hidden. */
class Screen {
  asked = 0
  locks: EventTarget[] = []
  refuses = false

  request = (): Promise<EventTarget> => {
    this.asked += 1
    if (this.refuses) return Promise.reject(new Error('low battery'))
    const lock = Object.assign(new EventTarget(), {
      release: () => {
        this.locks = this.locks.filter((one) => one !== lock)
        lock.dispatchEvent(new Event('release'))
        return Promise.resolve()
      },
    })
    this.locks.push(lock)
    return Promise.resolve(lock)
  }
}

let screen: Screen
const show = (visibility: 'visible' | 'hidden') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility)
  if (visibility === 'hidden')
    for (const lock of [...screen.locks]) void (lock as unknown as WakeLockSentinel).release()
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  setActivePinia(createPinia())
  screen = new Screen()
  vi.stubGlobal('navigator', { wakeLock: screen })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('keeps the screen on from hold to release', async () => {
  const wake = useWake()
  wake.hold()
  wake.hold()
  await vi.waitFor(() => expect(wake.state).toBe('on'))
  expect(screen.asked).toBe(1)
  wake.release()
  expect([screen.locks.length, wake.state]).toEqual([0, 'off'])
})

it('takes it again when the page comes back, and not after the release', async () => {
  const wake = useWake()
  wake.hold()
  await vi.waitFor(() => expect(screen.locks).toHaveLength(1))
  show('hidden')
  expect(screen.locks).toHaveLength(0)
  show('visible')
  await vi.waitFor(() => expect(screen.locks).toHaveLength(1))
  wake.release()
  show('hidden')
  show('visible')
  expect([screen.asked, screen.locks.length]).toEqual([2, 0])
})

it('gives back a lock that came after the release', async () => {
  const wake = useWake()
  wake.hold()
  wake.release()
  await vi.waitFor(() => expect(screen.locks).toHaveLength(0))
  expect(wake.state).toBe('off')
})

it('says when the phone refuses or knows no such thing', async () => {
  screen.refuses = true
  const wake = useWake()
  wake.hold()
  await vi.waitFor(() => expect(wake.state).toBe('refused'))
  vi.stubGlobal('navigator', {})
  setActivePinia(createPinia())
  const older = useWake()
  older.hold()
  expect(older.state).toBe('unsupported')
})
