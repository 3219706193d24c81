// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { keepWho, lastWho, wipe } from '@/live'
import type { Alert, Incident, Member } from '@/protocol'
import { useAlarms } from '../alarms'
import { useAlerts } from '../alerts'
import { ACTIVE, IDLE_MS } from '../idle'
import { useIncidents } from '../incidents'
import { useReads } from '../reads'
import { useSession } from '../session'
import { useUpdate } from '../update'

const member = { id: 'm', name: 'Li', role: 'patrol', district: 'd' } as Member
const districts = [{ id: 'd', name: 'D', demo: false, timezone: 'Asia/Shanghai' }]
const noServer = () => vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))

beforeEach(async () => {
  localStorage.clear()
  await wipe()
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

/** A page that opens without a server, so long after somebody used it. */
async function startedAs(seat: 'console' | 'device', ago_ms: number) {
  noServer()
  await keepWho(member, districts as never, 1)
  localStorage.setItem('xunfang.seat', seat)
  localStorage.setItem(ACTIVE, String(Date.now() - ago_ms))
  const session = useSession()
  await session.restore().catch(() => undefined)
  return session
}

test('a console that was left opens for nobody, and what was seen there is gone', async () => {
  const session = await startedAs('console', IDLE_MS + 60_000)
  expect(session.member).toBeNull()
  expect(await lastWho()).toBeNull()
})

describe('a start without a server', () => {
  it.each([
    ['whoever was seen last', 'device', 0, 'm'],
    ['a console that somebody used lately', 'console', IDLE_MS - 60_000, 'm'],
  ] as const)('shows %s', async (_name, seat, ago_ms, found) => {
    const session = await startedAs(seat, ago_ms)
    expect([session.member?.id, session.unproven]).toEqual([found, true])
    expect((await lastWho())?.member.id).toBe(found)
  })

  it('is nobody where nobody was', async () => {
    noServer()
    await expect(useSession().restore()).rejects.toThrow('no answer')
  })
})

it('what was read stands in for a server that is gone, for its reader alone', async () => {
  noServer()
  const session = useSession()
  session.member = member
  const { read } = useReads()
  const { Unreachable } = await import('@/api')
  const gone = () => Promise.reject(new Unreachable('gone'))
  await expect(read('kinds', gone)).rejects.toThrow('gone')
  expect(await read('kinds', () => Promise.resolve(['a']))).toEqual({ value: ['a'], stale: false })
  expect(await read('kinds', gone)).toEqual({ value: ['a'], stale: true })
  const refused = () => Promise.reject(new Error('refused'))
  await expect(read('kinds', refused)).rejects.toThrow('refused')
  session.member = { ...member, id: 'other' }
  await expect(read('kinds', gone)).rejects.toThrow('gone')
})

it('an alert rings at once, and its incident takes its place', async () => {
  useSession().member = { ...member, role: 'dispatcher' }
  const alarms = useAlarms()
  const incidents = useIncidents()
  const alerts = useAlerts()
  const alert = { incident: 'i', district: 'd', number: 'YX-1', received_ms: 5 } as Alert
  alerts.take(alert)
  alerts.take(alert)
  expect([alarms.ahead.length, alarms.loud, alarms.all.length]).toEqual([1, 1, 0])
  incidents.timelines.set('i', [])
  const incident = { id: 'i', state: 'pending', version: 1, received_ms: 5, flags: { sos: true } }
  incidents.change(incident as Incident, { n: 1 } as never)
  await nextTick()
  expect([alarms.ahead.length, alarms.loud, alarms.all.length]).toEqual([0, 1, 1])
  alerts.take(alert)
  expect(alarms.loud).toBe(1)
})

describe('a newer version of the page', () => {
  /** A browser with this worker, and one that waits or is found later. */
  function browser(controlled: boolean, waiting: boolean) {
    const worker = () => Object.assign(new EventTarget(), { state: '', postMessage: vi.fn() })
    const registration = Object.assign(new EventTarget(), {
      waiting: waiting ? worker() : null,
      installing: null as ReturnType<typeof worker> | null,
      update: () => Promise.resolve(),
    })
    const serviceWorker = Object.assign(new EventTarget(), {
      controller: controlled ? {} : null,
      register: () => Promise.resolve(registration),
    })
    vi.stubGlobal('navigator', { serviceWorker })
    const find = () => {
      registration.installing = worker()
      registration.dispatchEvent(new Event('updatefound'))
      registration.installing.state = 'installed'
      registration.installing.dispatchEvent(new Event('statechange'))
    }
    return { registration, find }
  }

  it.each([
    ['is taken at the start', true, true, false, true],
    ['is offered to an open page', true, false, true, false],
    ['is no news on a first visit', false, false, false, false],
  ] as const)('%s', async (_name, controlled, waiting, offered, taken) => {
    const { registration, find } = browser(controlled, waiting)
    const update = useUpdate()
    await update.start()
    const told = registration.waiting?.postMessage
    if (taken) expect(told).toHaveBeenCalledWith({ type: 'SKIP_WAITING' })
    else find()
    expect(update.available).toBe(offered)
  })

  it('is nothing without a secure context', async () => {
    vi.stubGlobal('navigator', {})
    const update = useUpdate()
    await update.start()
    update.look()
    expect(update.available).toBe(false)
  })
})
