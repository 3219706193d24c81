import { describe, expect, it } from 'vitest'
import type { Request } from '@/protocol'
import { newItem, type Item, type ItemState } from '../outbox-item'
import { nextToSend, URGENT_WINDOW, WINDOW } from '../send-order'

const request = (type: string, of = ''): Request =>
  ({ type, incident: of, channel: of, view: of }) as unknown as Request

/** Items in the order of making: what, of which incident or channel, in which state. */
const made = (...all: [type: string, of?: string, state?: ItemState][]): Item[] =>
  all.map(([type, of, state = 'waiting'], n) => ({
    ...newItem({ id: `${n}`, member: 'm', n, request: request(type, of), made_ms: n, tab: 't' }),
    state,
  }))
const next = (items: Item[], ...resting: string[]) =>
  nextToSend(items, new Set(resting)).map(({ id }) => id)

describe('what goes out now', () => {
  it.each<[string, Item[], string[]]>([
    ['all that is apart', made(['report_incident', 'a'], ['post_message', 'c']), ['0', '1']],
    ['one of an incident', made(['report_incident', 'a'], ['move_incident', 'a']), ['0']],
    [
      'the messages of an incident after it',
      made(['report_incident', 'a'], ['post_message', 'incident:a']),
      ['0'],
    ],
    ['one of a channel', made(['post_message', 'c'], ['post_message', 'c']), ['0']],
    ['nothing after a sign-on', made(['sign_on'], ['report_incident', 'a'], ['check_in']), ['0']],
    ['no sign-off before what was done', made(['check_in'], ['sign_off']), ['0']],
    [
      'no sign-off while something is on its way',
      made(['check_in', '', 'sending'], ['sign_off']),
      [],
    ],
    [
      'nothing of what is on its way',
      made(['move_incident', 'a', 'sending'], ['move_incident', 'a']),
      [],
    ],
    [
      'what follows a refusal',
      made(['move_incident', 'a', 'refused'], ['move_incident', 'a']),
      ['1'],
    ],
    ['what follows something too old', made(['sign_on', '', 'expired'], ['sign_off']), ['1']],
    [
      'a call for help first',
      made(['sign_on'], ['report_incident', 'a'], ['sos', 's']),
      ['2', '0'],
    ],
    ['a call before it is taken back', made(['sos', 's'], ['withdraw_sos', 's']), ['0']],
    [
      'no word about a call before it',
      made(['sos', 's', 'sending'], ['post_message', 'incident:s']),
      [],
    ],
  ])('%s', (_, items, ids) => expect(next(items)).toEqual(ids))

  it('is nothing of what rests, nor what belongs after it', () => {
    const items = made(['post_message', 'c'], ['post_message', 'c'], ['post_message', 'd'])
    expect(next(items, '0')).toEqual(['2'])
  })

  it('leaves room for calls for help', () => {
    const many = Array.from({ length: 40 }, (_, n): [string, string] => ['post_message', `${n}`])
    expect(next(made(...many))).toHaveLength(WINDOW)
    const full = made(
      ...many.map(([type, of]): [string, string, ItemState] => [type, of, 'sending']),
    )
    expect(next(full.slice(0, WINDOW))).toEqual([])
    const calls = made(
      ...many
        .slice(0, WINDOW)
        .map(([type, of]): [string, string, ItemState] => [type, of, 'sending']),
      ['sos', 's'],
    )
    expect(next(calls)).toEqual([`${WINDOW}`])
    expect(URGENT_WINDOW).toBeGreaterThan(WINDOW)
  })
})
