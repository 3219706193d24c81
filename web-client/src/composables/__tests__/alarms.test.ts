import { describe, expect, it } from 'vitest'
import type { Incident, Member } from '@/protocol'
import { escalatedFor } from '../alarms'

const call = (id: string, more: Partial<Incident> = {}, escalated = true) =>
  ({
    id,
    state: 'pending',
    reporter: 'guard',
    received_ms: 1,
    flags: { sos: true, escalated },
    ...more,
  }) as Incident

const member = (force: string) => ({ id: 'me', force }) as Member

describe('calls for help that nobody took', () => {
  it('are for police, the newest first', () => {
    const calls = [call('a'), call('b', { received_ms: 2 })]
    expect(escalatedFor(calls, member('police')).map(({ id }) => id)).toEqual(['b', 'a'])
    expect(escalatedFor(calls, member('guard'))).toEqual([])
    expect(escalatedFor(calls, null)).toEqual([])
  })

  it('are gone once taken, and are not those in time or of oneself', () => {
    const calls = [
      call('taken', { state: 'accepted' }),
      call('in time', {}, false),
      call('own', { reporter: 'me' }),
    ]
    expect(escalatedFor(calls, member('police'))).toEqual([])
  })
})
