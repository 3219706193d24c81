// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { Incident, Member, Outcome, Request } from '@/protocol'
import { useIncidents } from '../incidents'
import { useLink } from '../link'
import { useOutbox } from '../outbox'
import { useSession } from '../session'
import { useSos } from '../sos'

/** A phone that was just opened, without a link. */
function open() {
  setActivePinia(createPinia())
  useSession().member = { id: 'm' } as Member
  const outbox = useOutbox()
  const sent: { id: string; request: Request }[] = []
  const connect = async () => {
    outbox.connected((id, request) => {
      sent.push({ id, request })
      return true
    })
    useLink().current_ms = Date.now() - 1_000
    await settled()
  }
  const answer = async (n: number, seq = 1) => {
    outbox.acknowledge(sent[n]?.id ?? '', { district: 'd', seq } as Outcome)
    await settled()
  }
  return { sos: useSos(), outbox, sent, connect, answer, link: useLink() }
}
const settled = async () => {
  for (let n = 0; n < 10; n++) await nextTick()
}
const incident = (id: string, state: Incident['state'], version = 1) =>
  ({ id, state, version, reporter: 'm', flags: { sos: true } }) as Incident

beforeEach(() => localStorage.clear())

it('is sent once, and is the same call until the desk ends it', async () => {
  const { sos, sent, connect, answer } = open()
  await connect()
  sos.raise({ lng: 1, lat: 2 }, 8)
  sos.raise(null, null)
  await settled()
  expect(sent.map(({ request }) => request)).toMatchObject([
    { type: 'sos', point: { lng: 1, lat: 2 }, accuracy_m: 8 },
  ])
  expect(sos.sent_ms).toBeNull()
  await answer(0)
  expect(sos.sent_ms).not.toBeNull()
  const id = sos.held?.incident ?? ''
  const incidents = useIncidents()
  incidents.change(incident(id, 'pending'), { n: 1 } as never)
  await settled()
  expect([sos.active, sos.incident?.id]).toEqual([true, id])
  incidents.change(incident(id, 'void', 2), { n: 2 } as never)
  await settled()
  expect(sos.active).toBe(false)
})

it('waits without a link, and goes out ahead of what was done before', async () => {
  const { sos, outbox, sent, connect } = open()
  void outbox.send({ type: 'give_consent', version: 1 })
  sos.raise(null, null)
  await settled()
  expect([sos.unsent.length, sos.sent_ms]).toEqual([1, null])
  await connect()
  expect(sent.map(({ request }) => request.type)).toEqual(['sos', 'give_consent'])
})

it('says when the server will not take it, and forgets it only then', async () => {
  const { sos, outbox, sent, connect } = open()
  await connect()
  sos.raise(null, null)
  await settled()
  outbox.refuse(sent[0]?.id ?? '', { code: 'forbidden', message: '' })
  await settled()
  expect([sos.refusal?.code, sos.active]).toEqual(['forbidden', true])
  sos.giveUp()
  expect([sos.refusal, sos.active]).toEqual([null, false])
})

it('is taken back after it was sent, in that order, and stays until the desk ends it', async () => {
  const { sos, outbox, sent, connect, answer } = open()
  sos.raise(null, null)
  sos.withdraw('误按')
  await settled()
  expect([sos.withdrawn, sos.unsent.length]).toEqual([true, 2])
  await connect()
  expect(sent.map(({ request }) => request.type)).toEqual(['sos'])
  await answer(0)
  useIncidents().replaceAll([incident(sos.held?.incident ?? '', 'pending')])
  expect(sent.map(({ request }) => request.type)).toEqual(['sos', 'withdraw_sos'])
  // Taken back on another phone before: what was wanted is so.
  outbox.refuse(sent[1]?.id ?? '', { code: 'conflict', message: '' })
  await settled()
  expect([sos.unsent.length, sos.active, outbox.items.length]).toEqual([0, true, 1])
})

it('knows a call that was made on another phone', async () => {
  const { sos, connect } = open()
  await connect()
  useIncidents().replaceAll([incident('elsewhere', 'accepted')])
  expect(sos.incident?.id).toBe('elsewhere')
  useIncidents().replaceAll([])
  expect(sos.active).toBe(false)
})

it('is over when a newer state does not hold it, and not before', async () => {
  const { sos, connect, answer, link } = open()
  await connect()
  sos.raise(null, null)
  await settled()
  await answer(0)
  // The answer overtook the event.
  expect(sos.active).toBe(true)
  link.current_ms = Date.now() + 1
  await settled()
  expect(sos.active).toBe(false)
})

it('is nobody else’s on the same phone', async () => {
  const { sos } = open()
  sos.raise(null, null)
  await settled()
  useSession().member = { id: 'other' } as Member
  expect([sos.held, sos.active]).toEqual([null, false])
})
