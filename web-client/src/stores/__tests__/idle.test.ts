/** @vitest-environment happy-dom */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IDLE_MS, TELL_EVERY_MS, useIdle, WARN_MS } from '../idle'

const told = vi.hoisted(() => vi.fn(() => Promise.resolve()))
vi.mock('@/api/account', () => ({ tellActive: told }))

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  localStorage.clear()
  told.mockClear()
  setActivePinia(createPinia())
})
afterEach(() => vi.useRealTimers())

test('the server is told at once, then once a minute, and of what came last', () => {
  const idle = useIdle()
  idle.did()
  expect(told).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(TELL_EVERY_MS - 1)
  idle.did()
  idle.did()
  expect(told).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  expect(told).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(10 * TELL_EVERY_MS)
  expect(told).toHaveBeenCalledTimes(2)
})

test('it warns a minute before, and then only an answer to it counts', () => {
  const idle = useIdle()
  idle.tell()
  vi.advanceTimersByTime(IDLE_MS - WARN_MS - 1)
  idle.read()
  expect(idle.warns).toBe(false)
  vi.advanceTimersByTime(1)
  idle.did()
  expect([idle.warns, told.mock.calls.length]).toEqual([true, 1])
  idle.tell()
  expect([idle.warns, idle.left_ms, told.mock.calls.length]).toEqual([false, IDLE_MS, 2])
})

test('somebody in another tab is somebody', () => {
  const idle = useIdle()
  idle.tell()
  vi.advanceTimersByTime(IDLE_MS)
  localStorage.setItem('xunfang.active', String(Date.now() - 1_000))
  idle.read()
  expect([idle.warns, idle.left_ms]).toEqual([false, IDLE_MS - 1_000])
})
