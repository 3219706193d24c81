import { describe, expect, it } from 'vitest'
import type { Flags, Incident, Kind, Member, Team } from '@/protocol'
import { ageOf, inUnits } from '../age'
import { kindGroups } from '../kind-groups'
import { levelChoices, missing, moveOf, noAnswers } from '../move-form'
import { quietOrder } from '../quiet-order'
import { deskSteps } from '../steps'
import { teamChoices } from '../team-choices'

describe('age of a fix', () => {
  it.each([
    [29_999, 'fresh'],
    [30_000, 'ageing'],
    [120_000, 'ageing'],
    [120_001, 'old'],
    [600_000, 'old'],
    [600_001, 'gone'],
    [-5_000, 'fresh'],
  ])('%i ms is %s', (age_ms, age) => {
    expect(ageOf(1_000_000, 1_000_000 + age_ms)).toBe(age)
  })

  it.each([
    [-3, 'seconds', 0],
    [59_999, 'seconds', 59],
    [60_000, 'minutes', 1],
    [3_600_000, 'hours', 1],
    [86_400_000, 'days', 1],
  ])('%i ms in words', (age_ms, unit, n) => {
    expect(inUnits(age_ms)).toEqual({ unit, n })
  })
})

describe('a list under somebody’s finger', () => {
  it('keeps its rows while held, and lets new ones wait', () => {
    expect(quietOrder(['b', 'a'], ['c', 'a', 'b'], true)).toEqual({
      shown: ['b', 'a'],
      waiting: ['c'],
      stale: true,
    })
  })

  it('keeps a row that no longer fits, as long as there is something to show', () => {
    const exists = (id: string) => id !== 'x'
    expect(quietOrder(['a', 'x', 'b'], ['b'], true, exists)).toMatchObject({ shown: ['a', 'b'] })
  })

  it('drops what is gone, and takes the fresh order when let go', () => {
    expect(quietOrder(['b', 'a'], ['a'], true)).toEqual({
      shown: ['a'],
      waiting: [],
      stale: false,
    })
    expect(quietOrder(['b', 'a'], ['c', 'a', 'b'], false)).toEqual({
      shown: ['c', 'a', 'b'],
      waiting: [],
      stale: false,
    })
  })
})

describe('the desk’s steps', () => {
  const flags: Flags = {
    drill: false,
    sos: false,
    sos_withdrawn: false,
    escalated: false,
    doubtful: false,
    suspended: false,
    review_ms: null,
    handed_off_to: null,
    to_110: null,
    merged_into: null,
  }
  const dispatcher = { role: 'dispatcher', force: 'auxiliary' } as Member
  const incident = (state: Incident['state'], top: Incident['top'] = 'hazard') =>
    ({ state, top, flags, level: '3' }) as Incident

  it.each([
    ['pending', 'accept'],
    ['accepted', 'dispatch'],
    ['review', 'approve'],
    ['closed', 'rate'],
  ] as const)('in %s begin with %s', (state, step) => {
    expect(deskSteps(incident(state), dispatcher)[0]).toBe(step)
  })

  it('leave the team’s own steps to the team', () => {
    expect(deskSteps(incident('dispatched'), dispatcher)[0]).toBe('recall')
  })

  it('leave 刑事 and 治安 to police, and 重开 to the duty chief', () => {
    expect(deskSteps(incident('review', 'security'), dispatcher)).not.toContain('approve')
    const officer = { role: 'duty_chief', force: 'police' } as Member
    expect(deskSteps(incident('review', 'security'), officer)[0]).toBe('approve')
    expect(deskSteps(incident('archived'), dispatcher)).toEqual([])
    expect(deskSteps(incident('archived'), officer)).toEqual(['reopen'])
  })

  it('are none for who only views', () => {
    expect(deskSteps(incident('pending'), { role: 'street_office' } as Member)).toEqual([])
  })
})

describe('what a step asks for', () => {
  it('names the first empty field', () => {
    const answers = noAnswers()
    expect(missing('reassign', answers)).toBe('lead')
    answers.lead = 't'
    answers.reason = '  '
    expect(missing('reassign', answers)).toBe('reason')
    expect(missing('reinforce', answers)).toBe('support')
    expect(missing('approve', answers)).toBeNull()
  })

  it('makes the move with only what it carries', () => {
    const answers = { ...noAnswers(), reason: ' 雨太大 ', review_ms: 1000 }
    expect(moveOf('suspend', answers, 5)).toEqual({
      step: 'suspend',
      reason: '雨太大',
      review_ms: 1005,
    })
  })

  it('offers only levels in its direction', () => {
    expect(levelChoices('escalate', '3')).toEqual(['1', '2'])
    expect(levelChoices('downgrade', '3')).toEqual(['4'])
  })
})

describe('teams for a place', () => {
  const team = (id: string): Team => ({
    id,
    district: 'd',
    org: `o-${id}`,
    force: 'guard',
    name: id,
  })
  const brief = (id: string, of: string) => ({ id, name: id, force: 'guard', team: of }) as const
  const fix = (lng: number, at_ms: number) => ({
    at_ms,
    point: { lng, lat: 0 },
    speed_mps: null,
    heading_deg: null,
    accuracy_m: null,
  })

  it('stand nearest first; an old fix is no distance; own premises are told', () => {
    const fixes = new Map([
      ['a1', fix(0.02, 1_000_000)],
      ['a2', fix(0.01, 1_000_000)],
      ['b1', fix(0.005, 0)],
      ['c1', fix(0.001, 1_000_000)],
    ])
    const found = teamChoices(
      { point: { lng: 0, lat: 0 }, grid: 'g' },
      {
        present: new Map([
          ['b', [brief('b1', 'b')]],
          ['a', [brief('a1', 'a'), brief('a2', 'a')]],
          ['c', [brief('c1', 'c')]],
        ]),
        teams: new Map(['a', 'b', 'c'].map((id) => [id, team(id)])),
        fixOf: (id) => fixes.get(id),
        ownGrids: (org) => (org === 'o-a' ? ['g'] : []),
        now_ms: 1_000_000,
      },
    )
    expect(found.map((choice) => [choice.team.id, choice.members, choice.own])).toEqual([
      ['c', 1, false],
      ['a', 2, true],
      ['b', 1, false],
    ])
    expect(found[1]?.distance_m).toBeCloseTo(1112, 0)
    expect(found[2]?.distance_m).toBeNull()
  })
})

it('groups kinds for tiles: hazards first, classes with leaves are no tiles', () => {
  const kind = (code: string): Kind => ({
    code,
    top: (code.split('.')[0] ?? 'other') as Kind['top'],
    label: code,
  })
  const kinds = ['security', 'hazard', 'other', 'hazard.manhole', 'traffic', 'traffic.bike'].map(
    kind,
  )
  expect(kindGroups(kinds).map(({ name, kinds }) => [name, kinds.map(({ code }) => code)])).toEqual(
    [
      ['hazard', ['hazard.manhole']],
      ['other', ['security', 'other', 'traffic.bike']],
    ],
  )
})
