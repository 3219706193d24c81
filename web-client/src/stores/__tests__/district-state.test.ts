// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { readKept, type Reset } from '@/live'
import { forgetConnection } from '@/live/database'
import type { Alert, District, Event, Incident, Member, Message, Outcome } from '@/protocol'
import { useAlerts } from '../alerts'
import { useDistrictState } from '../district-state'
import { useIncidents } from '../incidents'
import { useOutbox } from '../outbox'
import { useSession } from '../session'

const text = (id: string, body: string | null) => ({ id, body })
const incident = (id: string, version: number, said: string | null = null) =>
  ({
    id,
    version,
    state: 'pending',
    channel: `incident:${id}`,
    flags: {},
    text: said === null ? null : text(`t-${id}`, said),
  }) as Incident
const message = (id: string, channel: string, body: string | null) =>
  ({ id, channel, at_ms: 1, text: text(`t-${id}`, body) }) as Message
const changed = (one: Incident): Event =>
  ({ type: 'incident_changed', incident: one, entry: { n: one.version, text: null } }) as Event
const cursor = (seq: number) => ({ epoch: 'e', seq, sight: 's' })

/** A screen of a member, with a state as of 5. */
function screen() {
  setActivePinia(createPinia())
  const session = useSession()
  session.member = { id: 'm', district: 'd' } as Member
  session.districts = [{ id: 'd' } as District]
  const state = useDistrictState()
  state.views.of('m')
  let seq = 5
  const reset = (incidents: Incident[], messages: Message[]) => {
    const snapshot = { incidents, messages, on_duty: [] }
    return state.reset({ type: 'reset', district: 'd', ...cursor(seq), snapshot })
  }
  const event = (happened: Event) => {
    const prev = seq++
    const frame = { type: 'event', district: 'd', id: `e${seq}`, at_ms: 1, prev, seq } as const
    state.event({ ...frame, event: happened }, cursor(seq))
  }
  const forget = (id: string) => {
    const prev = seq++
    state.forget({ type: 'forget', district: 'd', incident: id, prev, seq }, cursor(seq))
  }
  const kept = async () => {
    await state.views.settled()
    return (await readKept('m', Date.now()))?.snapshot
  }
  return { state, reset, event, forget, kept }
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  forgetConnection()
})

it('keeps what the screen shows: state, events, and nothing of what is out of sight', async () => {
  const { reset, event, forget, kept } = screen()
  expect(reset([incident('a', 1), incident('b', 1)], [message('x', 'incident:a', '东门')])).toBe(
    true,
  )
  event(changed(incident('b', 2)))
  event({ type: 'message_posted', message: message('y', 'c', '收到') })
  expect((await kept())?.incidents.map(({ id, version }) => [id, version])).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  forget('a')
  const left = JSON.stringify(await kept())
  expect(left).not.toContain('东门')
  expect(left).toContain('收到')
})

it('keeps no erased text, neither in what was seen nor in what was sent', async () => {
  const { reset, event, kept } = screen()
  const outbox = useOutbox()
  reset([incident('a', 1, '张三')], [])
  outbox.connected(() => true)
  const id = 'c-1'
  void outbox.send({ type: 'post_message', message: 'x', channel: 'c', body: '张三' }, { id })
  await kept()
  outbox.acknowledge(id, { district: 'd', seq: 6 } as Outcome)
  event({ type: 'message_posted', message: message('x', 'c', '张三') })
  expect(outbox.byId.get(id)?.text).toBe('t-x')
  for (const one of ['t-x', 't-a']) event({ type: 'text_erased', district: 'd', text: one })
  expect(outbox.byId.has(id)).toBe(false)
  const snapshot = await kept()
  expect(JSON.stringify(snapshot)).not.toContain('张三')
  expect(snapshot?.messages[0]?.text.body).toBeNull()
})

it('learns of an erasure from a new state too', async () => {
  const { reset, kept } = screen()
  const outbox = useOutbox()
  outbox.connected(() => true)
  const ask = { type: 'report_incident', incident: 'a', text: '张三' } as never
  void outbox.send(ask, { id: 'c-1' })
  await kept()
  outbox.acknowledge('c-1', { district: 'd', seq: 2 } as Outcome)
  reset([{ ...incident('a', 1), text: text('t-a', null) }], [])
  expect(outbox.byId.get('c-1')?.request).toMatchObject({ incident: 'a', text: null })
})

it('shows an alert until its incident comes, whichever is first', () => {
  const { reset, event } = screen()
  const alerts = useAlerts()
  reset([], [])
  alerts.take({ incident: 'a' } as Alert)
  alerts.take({ incident: 'a' } as Alert)
  expect([...alerts.byIncident.keys()]).toEqual(['a'])
  event(changed(incident('a', 1)))
  alerts.take({ incident: 'a' } as Alert)
  expect([alerts.byIncident.size, useIncidents().byId.size]).toEqual([0, 1])
})

it('holds no district but the one that is shown', () => {
  const { state } = screen()
  const snapshot = { incidents: [], messages: [], on_duty: [] }
  const other = { type: 'reset', district: 'other', ...cursor(1), snapshot } as Reset
  expect(state.reset(other)).toBe(false)
})
