import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { erasesParties, needsOfficer, revealsParties, seesParties } from '../party-seats'
import { SHOWN_MS, useReveal } from '../useReveal'
import type { Member } from '@/protocol'

vi.mock('vue-i18n', () => ({ useI18n: () => ({ t: (key: string) => key, te: () => false }) }))
vi.mock('../useTimes', () => ({ useTimes: () => ({}) }))

const member = (role: Member['role'], force: Member['force']): Member => ({
  id: 'm',
  district: 'd',
  org: 'o',
  force,
  role,
  team: 't',
  grid: null,
  name: '演示',
})

describe('who is offered personal data', () => {
  it.each([
    ['dispatcher', 'auxiliary', true, true, false, false],
    ['duty_chief', 'police', true, true, true, false],
    ['patrol', 'police', true, true, false, false],
    ['patrol', 'auxiliary', true, false, false, true],
    ['team_leader', 'auxiliary', true, false, false, true],
    ['patrol', 'guard', false, false, false, false],
    ['street_office', 'volunteer', false, false, false, false],
    ['audit_admin', 'police', false, false, false, false],
  ] as const)('%s %s', (role, force, sees, reveals, erases, officer) => {
    const one = member(role, force)
    expect([seesParties(one), revealsParties(one), erasesParties(one), needsOfficer(one)]).toEqual([
      sees,
      reveals,
      erases,
      officer,
    ])
  })
})

describe('something shown in clear', () => {
  afterEach(() => vi.useRealTimers())

  it('is asked for with the reason and hidden after a minute', async () => {
    vi.useFakeTimers()
    const asked: string[] = []
    const scope = effectScope()
    const shown = scope.run(() =>
      useReveal((reason) => {
        asked.push(reason)
        return Promise.resolve('clear')
      }),
    )
    if (!shown) throw new Error('no scope')
    shown.begin()
    shown.reason.value = ' 回拨核实 '
    await shown.reveal()
    expect([asked, shown.clear.value, shown.asking.value]).toEqual([['回拨核实'], 'clear', false])
    vi.advanceTimersByTime(SHOWN_MS - 1)
    expect(shown.clear.value).toBe('clear')
    vi.advanceTimersByTime(1)
    expect(shown.clear.value).toBeNull()
    await shown.reveal()
    scope.stop()
    expect(shown.clear.value).toBeNull()
  })
})
