// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readFixes } from '@/live'
import { database, forgetConnection } from '@/live/database'
import type { Fix, Member } from '@/protocol'
import { useLink } from '../link'
import { useSession } from '../session'
import { useUnsentFixes } from '../unsent-fixes'

const START_MS = 1_800_000_000_000
const fix = (after_s: number) => ({ at_ms: START_MS + after_s * 1_000 }) as Fix

/** A page that was just opened; `up` says whether there is a link. */
function page(link: { up: boolean }) {
  setActivePinia(createPinia())
  useSession().member = { id: 'm' } as Member
  const sent: number[][] = []
  const store = useLink()
  store.status = link.up ? 'live' : 'reconnecting'
  store.sendFixes = (fixes) => {
    if (link.up) sent.push(fixes.map(({ at_ms }) => (at_ms - START_MS) / 1_000))
    return Promise.resolve(link.up)
  }
  return { sent, fixes: useUnsentFixes() }
}
async function settled(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await (await database())?.count('fixes')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const kept = async () => {
  await settled()
  return (await readFixes('m', Date.now())).map(({ at_ms }) => (at_ms - START_MS) / 1_000)
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  forgetConnection()
  vi.useFakeTimers({ now: START_MS, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => vi.useRealTimers())

it('are sent as they come, and kept nowhere', async () => {
  const { sent, fixes } = page({ up: true })
  fixes.begin()
  await settled()
  fixes.add(fix(0))
  await settled()
  fixes.add(fix(1))
  await vi.advanceTimersByTimeAsync(3_000)
  expect([sent, await kept()]).toEqual([[[0], [1]], []])
})

it('wait without a link, apart, and follow when it is back, after a reload too', async () => {
  const first = page({ up: false })
  first.fixes.begin()
  await settled()
  for (const after_s of [0, 4, 8, 12, 16, 20, 24]) {
    vi.setSystemTime(START_MS + after_s * 1_000)
    first.fixes.add(fix(after_s))
    await settled()
  }
  const waiting = await kept()
  expect(waiting).toEqual([0, 8, 16, 24])
  const second = page({ up: true })
  second.fixes.begin()
  await settled()
  await vi.advanceTimersByTimeAsync(3_000)
  expect([second.sent, await kept()]).toEqual([[waiting], []])
})

it('are forgotten with the shift or the consent that they needed', async () => {
  const { fixes } = page({ up: false })
  fixes.begin()
  await settled()
  fixes.add(fix(0))
  await settled()
  expect(await kept()).toEqual([0])
  fixes.forget()
  expect(await kept()).toEqual([])
})
