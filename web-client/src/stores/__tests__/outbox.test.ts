import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import type { Member, Outcome, Request } from '@/protocol'
import { useOutbox } from '../outbox'
import { useSession } from '../session'

const request: Request = { type: 'post_message', message: 'x', channel: 'c', body: 'b' }

beforeEach(() => {
  setActivePinia(createPinia())
  useSession().member = { id: 'm' } as Member
})

it('what was acknowledged counts as unread until its event has come', () => {
  const outbox = useOutbox()
  const unread = () => outbox.unread.map(({ id, state }) => [id, state])
  outbox.reach('d', 4)
  void outbox.send(request, { id: 'early' })
  void outbox.send(request, { id: 'late' })
  expect(unread()).toEqual([
    ['early', 'waiting'],
    ['late', 'waiting'],
  ])
  // The event of the first came before its answer; the answer of the second before its event.
  outbox.reach('d', 5)
  outbox.acknowledge('early', { district: 'd', seq: 5 } as Outcome)
  outbox.acknowledge('late', { district: 'd', seq: 6 } as Outcome)
  expect(unread()).toEqual([['late', 'delivered']])
  outbox.reach('d', 6)
  expect(unread()).toEqual([])
})

it('what was delivered to a log that is not read here does not', () => {
  const outbox = useOutbox()
  void outbox.send(request, { id: 'a' })
  outbox.acknowledge('a', { district: 'd', seq: 5 } as Outcome)
  expect(outbox.unread).toEqual([])
})
