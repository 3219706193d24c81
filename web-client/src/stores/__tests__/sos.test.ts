// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { NoAnswer } from '@/live'
import { Refused, type Incident, type Member, type Outcome, type Request } from '@/protocol'
import { useIncidents } from '../incidents'
import { useLink } from '../link'
import { useSession } from '../session'
import { useSos } from '../sos'

type Answer = 'ack' | 'silence' | 'forbidden' | 'conflict'

/** A phone that was just opened, its link as good as these answers, one a request. */
function open(...answers: Answer[]) {
  setActivePinia(createPinia())
  const sent: { id: string | undefined; request: Request }[] = []
  const link = useLink()
  link.request = (request, id) => {
    sent.push({ id, request })
    const answer = answers.shift()
    if (answer === 'ack') return Promise.resolve({} as Outcome)
    if (answer === 'silence') return Promise.reject(new NoAnswer('none'))
    if (answer !== undefined) return Promise.reject(new Refused({ code: answer, message: '' }))
    return new Promise(() => undefined)
  }
  useSession().member = { id: 'm' } as Member
  const sos = useSos()
  const connect = async () => {
    link.loaded = true
    link.status = 'live'
    await settled()
  }
  return { sos, sent, link, connect }
}
const settled = async () => {
  for (let n = 0; n < 10; n++) await nextTick()
}
const incident = (id: string, state: Incident['state'], version = 1) =>
  ({ id, state, version, reporter: 'm', flags: { sos: true } }) as Incident

beforeEach(() => sessionStorage.clear())

it('is sent once, and is the same call until the desk ends it', async () => {
  const { sos, sent, connect } = open('ack')
  await connect()
  sos.raise({ lng: 1, lat: 2 }, 8)
  sos.raise(null, null)
  await settled()
  expect(sent.map(({ request }) => request)).toMatchObject([
    { type: 'sos', point: { lng: 1, lat: 2 }, accuracy_m: 8 },
  ])
  expect(sos.sent_ms).not.toBeNull()
  const id = sos.held?.incident ?? ''
  const incidents = useIncidents()
  incidents.change(incident(id, 'pending'), { n: 1 } as never)
  await settled()
  expect([sos.active, sos.incident?.id]).toEqual([true, id])
  incidents.change(incident(id, 'void', 2), { n: 2 } as never)
  await settled()
  expect([sos.active, sessionStorage.getItem('xunfang.sos')]).toEqual([false, null])
})

it('goes out under the same id after silence and after a reload', async () => {
  const first = open('silence')
  first.sos.raise(null, null)
  await settled()
  expect(first.sos.unsent).toHaveLength(1)
  expect(first.sos.sent_ms).toBeNull()

  const second = open('silence', 'ack')
  expect(second.sos.active).toBe(true)
  await second.connect()
  expect(second.sos.unsent).toEqual([])
  const ids = [...first.sent, ...second.sent].map(({ id }) => id)
  expect([ids.length, new Set(ids).size]).toEqual([3, 1])
  expect(
    new Set([...first.sent, ...second.sent].map(({ request }) => JSON.stringify(request))).size,
  ).toBe(1)
})

it('says when the server will not take it, and forgets it only then', async () => {
  const { sos, connect } = open('forbidden')
  await connect()
  sos.raise(null, null)
  await settled()
  expect([sos.refusal?.code, sos.active]).toEqual(['forbidden', true])
  sos.giveUp()
  expect([sos.refusal, sos.active]).toEqual([null, false])
})

it('is taken back after it was sent, in that order, and stays until the desk ends it', async () => {
  const { sos, sent, connect } = open('silence', 'ack', 'conflict')
  sos.raise(null, null)
  await settled()
  sos.withdraw('误按')
  expect([sos.withdrawn, sos.unsent.length]).toEqual([true, 2])
  await connect()
  expect(sent.map(({ request }) => request.type)).toEqual(['sos', 'sos', 'withdraw_sos'])
  expect([sos.unsent.length, sos.active]).toEqual([0, true])
})

it('knows a call that was made on another phone, and drops one that is over after a reset', async () => {
  const { sos, connect } = open('ack')
  await connect()
  const incidents = useIncidents()
  incidents.replaceAll([incident('elsewhere', 'accepted')])
  expect(sos.incident?.id).toBe('elsewhere')
  incidents.replaceAll([])
  sos.raise(null, null)
  await settled()
  incidents.replaceAll([])
  await settled()
  expect(sos.active).toBe(false)
})

it('is nobody else’s on the same phone', () => {
  const { sos } = open('silence')
  sos.raise(null, null)
  useSession().member = { id: 'other' } as Member
  expect([sos.held, sos.active]).toEqual([null, false])
})
