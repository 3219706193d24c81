import { describe, expect, it } from 'vitest'
import type { RosterEntry, ShiftTemplate } from '@/api/duty'
import type { Entry, Force, Incident, IncidentState, OnDuty } from '@/protocol'
import { alarmsOf } from '@/stores/alarms'
import { callerOf, takenBy, withdrawal } from '../alarms'
import { dayMinute } from '../civil'
import { isOverdue, overdueMinutes } from '../due'
import { wantsAll } from '@/stores/desk'
import { fits } from '../incident-filter'
import { cannotLead } from '../may-lead'
import { placeChoices } from '../place-choices'
import { isRunning, shiftFigures } from '../shift-figures'

const ZONE = 'Asia/Shanghai'
/** 2026-11-24, a Tuesday, at so many minutes after midnight in Shanghai. */
const TUESDAY_MS = Date.UTC(2026, 10, 23, 16)
const at = (minute: number) => TUESDAY_MS + minute * 60_000

describe('a deadline', () => {
  const due = { step: 'accept', at_ms: 1_000_000 } as const
  it.each([
    ['pending', 1_000_000, false, null],
    ['pending', 1_000_001, true, 0],
    ['handling', 1_000_000 + 125_000, true, 2],
    ['closed', 2_000_000, false, null],
  ] as const)('of one in %s at %i', (state, now_ms, overdue, minutes) => {
    expect(isOverdue({ state, due }, now_ms)).toBe(overdue)
    expect(overdueMinutes({ state, due }, now_ms)).toBe(minutes)
  })

  it('that is none is never overdue', () => {
    expect(isOverdue({ state: 'pending', due: null }, 9e15)).toBe(false)
  })
})

describe('running shifts', () => {
  const template = (id: string, more: Partial<ShiftTemplate>): ShiftTemplate => ({
    id,
    district: 'd',
    name: id,
    windows: [],
    weekdays: [],
    laps: 1,
    checkpoints: [],
    forces: [],
    headcount: 1,
    police_lead_required: false,
    ...more,
  })
  const night = template('night', {
    windows: [{ start_min: 1200, end_min: 1560 }],
    weekdays: [1],
    forces: ['police', 'guard'],
  })

  it('knows weekday and minute in the zone', () => {
    expect(dayMinute(at(0), ZONE)).toEqual({ weekday: 2, minute: 0 })
    expect(dayMinute(at(-1), ZONE)).toEqual({ weekday: 1, minute: 1439 })
  })

  it.each([
    [-240, true], // Monday 20:00
    [-241, false],
    [0, true], // Tuesday 00:00, of Monday's shift
    [119, true],
    [120, false],
    [1200, false], // Tuesday 20:00: no shift of Tuesday
  ])('at %i minutes of Tuesday: %s', (minute, running) => {
    expect(isRunning(night, at(minute), ZONE)).toBe(running)
  })

  it('counts who is rostered once, and asks for the forces of all that run', () => {
    const day = template('day', { forces: ['guard', 'volunteer'] })
    const entry = (member: string, of: string, starts: number, ends: number): RosterEntry => ({
      id: `${member}-${of}`,
      district: 'd',
      template: of,
      member,
      team: null,
      starts_ms: at(starts),
      ends_ms: at(ends),
    })
    const here = (id: string, force: Force) => ({ member: { id, force } }) as OnDuty
    const found = shiftFigures(
      [night, day, template('never', {})],
      [
        entry('a', 'night', -240, 120),
        entry('b', 'night', -240, 120),
        entry('a', 'day', -10, 60),
        entry('c', 'day', 30, 60),
      ],
      [here('a', 'guard'), here('z', 'police')],
      at(0),
      ZONE,
    )
    expect(
      found.running.map(({ template, rostered, present }) => [template.id, rostered, present]),
    ).toEqual([
      ['night', 2, 1],
      ['day', 1, 1],
    ])
    expect(found).toMatchObject({
      rostered: 2,
      rosteredPresent: 1,
      required: ['police', 'guard', 'volunteer'],
      missing: ['volunteer'],
    })
  })
})

describe('calls for help', () => {
  const call = (id: string, state: IncidentState, received_ms: number, sos = true) =>
    ({ id, state, received_ms, flags: { sos } }) as Incident

  it('ring until they are taken, then stay until they end; the newest first', () => {
    const found = alarmsOf([
      call('old', 'pending', 1),
      call('new', 'pending', 3),
      call('taken', 'accepted', 9),
      call('handled', 'handling', 2),
      call('closed', 'closed', 8),
      call('false', 'false_alarm', 8),
      call('ordinary', 'pending', 8, false),
    ])
    expect(found.map(({ incident, ringing }) => [incident.id, ringing])).toEqual([
      ['taken', false],
      ['new', true],
      ['handled', false],
      ['old', true],
    ])
  })

  it('reads from the timeline who called, who took it, and why it was taken back', () => {
    const entry = (action: string, actor_name: string, body: string | null = null) =>
      ({ action, actor_name, text: body === null ? null : { body } }) as Entry
    const timeline = [entry('sos', '张三')]
    expect([callerOf(timeline), takenBy(timeline), withdrawal(timeline)]).toEqual([
      '张三',
      null,
      null,
    ])
    timeline.push(entry('accept', '李四'), entry('withdraw_sos', '张三', '误触'))
    expect(takenBy(timeline)?.actor_name).toBe('李四')
    expect(withdrawal(timeline)).toBe('误触')
    expect(callerOf([])).toBeNull()
  })
})

describe('the list’s filter', () => {
  const incident = {
    id: 'i',
    level: '2',
    state: 'pending',
    due: { step: 'accept', at_ms: 5 },
  } as Incident
  const known = {
    words: () => 'YX-20261124-0012 路灯井盖 汪林岗村',
    groupOf: () => 0,
    isMine: () => false,
    now_ms: 10,
  }
  it.each([
    [{}, true],
    [{ text: ' 汪林岗 ' }, true],
    [{ text: 'yx-2026' }, true],
    [{ text: '消防' }, false],
    [{ level: '2' as const }, true],
    [{ level: '1' as const }, false],
    [{ group: 0 }, true],
    [{ group: 1 }, false],
    [{ mine: true }, false],
    [{ overdue: true }, true],
  ])('%j', (wanted, shown) => {
    expect(fits(incident, { ...wantsAll(), ...wanted }, known)).toBe(shown)
  })
})

/** The cases of `src/auth/lead.rs`, so that both say the same. */
it.each([
  ['police', '1', 'criminal', false, false, null],
  ['auxiliary', '2', 'security', false, false, 'withPolice'],
  ['auxiliary', '2', 'security', false, true, null],
  ['guard', '2', 'security', true, true, 'urgent'],
  ['guard', '4', 'hazard', true, false, null],
  ['guard', '4', 'hazard', false, false, 'premises'],
  ['guard', '3', 'criminal', true, false, 'criminal'],
  ['guard', '3', 'criminal', true, true, null],
  ['volunteer', '4', 'hazard', false, false, null],
  ['volunteer', '4', 'dispute', false, false, 'kind'],
  ['volunteer', '3', 'criminal', false, true, 'kind'],
] as const)(
  '%s at level %s, %s, own %s, with police %s: %s',
  (force, level, top, own, police, why) => {
    expect(cannotLead({ force }, { level, top }, own, police)).toBe(why)
  },
)

it('finds places by all words, each kind apart, names that begin so first', () => {
  const place = (kind: 'grids' | 'streets', id: string, name: string) =>
    ({ kind, id, name, point: { lng: 0, lat: 0 } }) as const
  const all = [
    place('grids', 'g1', '永兴村 1组'),
    place('grids', 'g2', '1组 永兴'),
    place('streets', 's1', '永兴大道'),
  ]
  const ids = (typed: string) => placeChoices(all, typed).map(({ id }) => id)
  expect(ids('永兴')).toEqual(['s1', 'g1', 'g2'])
  expect(ids('1组 永')).toEqual(['g2', 'g1'])
  expect(ids('没有')).toEqual([])
  expect(ids('')).toHaveLength(3)
})
