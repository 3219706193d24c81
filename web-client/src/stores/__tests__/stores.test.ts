import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Incident, MemberBrief, Message, Shift } from '@/protocol'
import { useDuty } from '../duty'
import { useIncidents } from '../incidents'
import { useMessages } from '../messages'
import { useUnits } from '../units'

beforeEach(() => setActivePinia(createPinia()))

const incident = (id: string, version: number, state: Incident['state'] = 'pending') =>
  ({ id, version, state }) as Incident
const entry = (n: number) =>
  ({
    n,
    at_ms: n,
    actor: null,
    actor_name: null,
    action: 'report',
    from: null,
    to: 'pending',
    team: null,
    text: null,
    officer: null,
  }) as const
const member = (id: string, team: string | null = null): MemberBrief => ({
  id,
  name: id,
  force: 'guard',
  team,
})
const shift = (
  id: string,
  of: string,
  started_ms: number,
  ended_ms: number | null = null,
): Shift => ({
  id,
  district: 'd',
  member: of,
  team: null,
  started_ms,
  ended_ms,
  consent_version: 1,
  consent_ms: started_ms,
  duty: null,
  device: null,
  officer: null,
  officer_name: null,
})

describe('incidents', () => {
  it('never goes back to an older version', () => {
    const incidents = useIncidents()
    incidents.change(incident('a', 3, 'accepted'), entry(3))
    incidents.change(incident('a', 2), entry(2))
    expect(incidents.byId.get('a')?.state).toBe('accepted')
    expect(incidents.open).toHaveLength(1)
  })

  it('forgets what it held at a reset', () => {
    const incidents = useIncidents()
    incidents.change(incident('a', 3), entry(3))
    incidents.replaceAll([incident('b', 1, 'closed')])
    expect([...incidents.byId.keys()]).toEqual(['b'])
    expect(incidents.open).toEqual([])
    expect(incidents.generation).toBe(1)
  })
})

describe('what is out of sight', () => {
  it('is let go with its timeline and its channel', () => {
    const [incidents, messages] = [useIncidents(), useMessages()]
    incidents.replaceAll([{ ...incident('a', 1), channel: 'incident:a' }, incident('b', 1)])
    incidents.timelines.set('a', [entry(1)])
    messages.add({ id: 'm', channel: 'incident:a', at_ms: 1 } as Message)
    const channel = incidents.forget('a')
    expect(channel).toBe('incident:a')
    messages.forget(channel ?? '')
    expect([...incidents.byId.keys()]).toEqual(['b'])
    expect([incidents.timelines.size, messages.byChannel.size]).toEqual([0, 0])
    expect(incidents.forget('a')).toBeUndefined()
  })

  it('is blanked where somebody erased what was typed', () => {
    const [incidents, messages] = [useIncidents(), useMessages()]
    const text = { id: 't', body: '张三' }
    incidents.replaceAll([{ ...incident('a', 1), text }])
    incidents.timelines.set('a', [{ ...entry(1), text }, entry(2)])
    messages.add({ id: 'm', channel: 'c', at_ms: 1, text } as Message)
    incidents.erase('t')
    messages.erase('t')
    const held = [incidents.byId, incidents.timelines, messages.byChannel]
    const all = JSON.stringify(held.map((map) => [...map.entries()]))
    expect(all).not.toContain('张三')
    expect(messages.byChannel.get('c')?.[0]?.text).toEqual({ id: 't', body: null })
  })
})

describe('duty', () => {
  it('ends a shift only by its own end', () => {
    const duty = useDuty()
    duty.change(shift('s2', 'm', 20), member('m', 't'))
    duty.change(shift('s1', 'm', 10, 15), member('m', 't'))
    duty.change(shift('s1', 'm', 10), member('m', 't'))
    expect(duty.byMember.get('m')?.shift.id).toBe('s2')
    expect([...duty.teamsPresent.keys()]).toEqual(['t'])
    duty.change(shift('s2', 'm', 20, 30), member('m', 't'))
    expect(duty.all).toEqual([])
  })

  it('counts the forces that are present once each', () => {
    const duty = useDuty()
    duty.replaceAll([
      { shift: shift('1', 'a', 1), member: member('a') },
      { shift: shift('2', 'b', 1), member: { ...member('b'), force: 'police' } },
      { shift: shift('3', 'c', 1), member: member('c') },
    ])
    expect(duty.forcesPresent).toEqual(['police', 'guard'])
  })
})

describe('messages', () => {
  it('holds each once, oldest first', () => {
    const messages = useMessages()
    const say = (id: string, at_ms: number) => ({ id, channel: 'c', at_ms }) as Message
    messages.add(say('b', 2), say('a', 1), say('b', 2))
    expect(messages.byChannel.get('c')?.map(({ id }) => id)).toEqual(['a', 'b'])
  })
})

describe('units', () => {
  const fix = (at_ms: number) => ({
    at_ms,
    point: { lng: 1, lat: 2 },
    speed_mps: null,
    heading_deg: null,
    accuracy_m: null,
  })
  const seen = (id: string, at_ms: number) => ({
    units: new Map([[id, { member: member(id), fix: fix(at_ms) }]]),
    gone: new Set<string>(),
  })

  it('keeps the newest fix, and the last one of a unit that is no longer shown', () => {
    const units = useUnits()
    units.apply(seen('m', 5))
    units.apply(seen('m', 4))
    expect(units.byMember.get('m')?.fix.at_ms).toBe(5)
    units.apply({ units: new Map(), gone: new Set(['m']) })
    expect(units.byMember.get('m')).toMatchObject({ shown: false, fix: { at_ms: 5 } })
    units.apply(seen('m', 6))
    expect(units.byMember.get('m')?.shown).toBe(true)
  })

  it('forgets who is off duty', () => {
    const units = useUnits()
    units.apply(seen('a', 1))
    units.apply(seen('b', 1))
    units.keepOnly(new Set(['b']))
    expect([...units.byMember.keys()]).toEqual(['b'])
    units.forget('b')
    expect(units.byMember.size).toBe(0)
  })
})
