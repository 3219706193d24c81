import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, it } from 'vitest'
import type { Cursor, Member } from '@/protocol'
import { database, forgetConnection, type Row } from '../database'
import { dropFixes, keepFix, readFixes } from '../fixes'
import { keepWho, lastWho, readKept, wipe } from '../kept'
import { Views } from '../views'

const NOW_MS = 10 * 86_400_000
const at = (seq: number, sight = 's', epoch = 'e'): Cursor => ({ epoch, seq, sight })
const incident = (id: string, state = 'pending', moved_ms = NOW_MS): Row => ({
  kind: 'incident',
  id,
  value: { id, state, moved_ms },
})
const message = (id: string, at_ms = 1): Row => ({
  kind: 'message',
  id,
  value: { id, channel: 'c', at_ms },
})

/** A tab of a member, and what its stores hold. */
function tab(member = 'm', ...rows: Row[]) {
  const held = new Map(rows.map((row) => [row.id, row]))
  const views = new Views(
    () => [...held.values()],
    () => NOW_MS,
  )
  views.of(member)
  const move = async (prev: number, cursor: Cursor, ...put: Row[]) => {
    for (const row of put) held.set(row.id, row)
    views.moved('d', prev, cursor, { put })
    await views.settled()
  }
  const reset = async (cursor: Cursor) => {
    views.reset('d', cursor)
    await views.settled()
  }
  return { views, held, move, reset }
}

async function kept(member = 'm') {
  const found = await readKept(member, NOW_MS)
  return (
    found && {
      seq: found.cursor.seq,
      incidents: found.snapshot.incidents.map(({ id }) => id),
      messages: found.snapshot.messages.map(({ id }) => id),
    }
  )
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  forgetConnection()
})

it('keeps a state with its place, and what each frame changes with its own', async () => {
  const { reset, move, views } = tab('m', incident('a'), message('x'))
  await reset(at(5))
  expect(await kept()).toEqual({ seq: 5, incidents: ['a'], messages: ['x'] })
  await move(5, at(7), incident('b'))
  await move(7, at(9))
  views.moved('d', 9, at(10), { drop: [{ kind: 'incident', id: 'a' }] })
  views.moved('d', 10, at(11), { drop: [{ kind: 'message', id: 'x' }] })
  await views.settled()
  expect(await kept()).toEqual({ seq: 11, incidents: ['b'], messages: [] })
  expect((await readKept('m', NOW_MS))?.cursor).toEqual(at(11))
})

it('keeps what a frame changes and its place together, or neither', async () => {
  const { reset, views } = tab('m', incident('a'))
  await reset(at(5))
  const db = await database()
  views.moved('d', 5, at(6), {
    put: [incident('b'), { kind: 'incident', id: 'f', value: () => 'not to be kept' }],
  })
  await views.settled()
  expect(await db?.getAllKeys('views')).toEqual([['m', 'incident', 'a']])
  expect(await kept()).toMatchObject({ seq: 5, incidents: ['a'] })
})

it('does not go back when another tab is ahead, and repairs a hole that one left', async () => {
  const [ahead, behind] = [tab('m', incident('a')), tab('m', incident('a'))]
  await ahead.reset(at(5))
  await ahead.move(5, at(8), incident('b'))
  await behind.move(5, at(7), incident('old'))
  expect(await kept()).toMatchObject({ seq: 8, incidents: ['a', 'b'] })
  // A tab that saw more than was kept writes all that it holds.
  const far = tab('m', incident('a'), incident('b'), incident('c'))
  await far.move(20, at(21), incident('d'))
  expect(await kept()).toMatchObject({ seq: 21, incidents: ['a', 'b', 'c', 'd'] })
})

it.each([at(3, 'other'), at(3, 's', 'other')])(
  'takes another sight or log as a whole',
  async (cursor) => {
    const { reset, held } = tab('m', incident('a'))
    await reset(at(5))
    held.clear()
    held.set('b', incident('b'))
    await reset(cursor)
    expect(await kept()).toMatchObject({ seq: 3, incidents: ['b'] })
  },
)

it('lets go of what ended a day ago, and of all but a channel’s last messages', async () => {
  const many = Array.from({ length: 51 }, (_, n) => message(`m${n}`, n))
  const old = incident('old', 'closed', NOW_MS - 86_400_001)
  const { reset } = tab('m', incident('a'), incident('new', 'closed', NOW_MS - 1), old, ...many)
  await reset(at(5))
  const found = await kept()
  expect(found?.incidents).toEqual(['a', 'new'])
  expect([found?.messages.length, found?.messages[0]]).toEqual([50, 'm1'])
})

it('keeps nothing of one member for another, nor after a sign-out', async () => {
  await tab('m', incident('a')).reset(at(5))
  await keepWho({ id: 'm' } as Member, [], 1)
  await keepFix('m', { at_ms: 1, point: { lng: 1, lat: 2 } } as never)
  expect((await lastWho())?.member.id).toBe('m')
  expect(await kept('n')).toBeNull()
  expect([await kept('m'), await lastWho(), await readFixes('m', 2)]).toEqual([null, null, []])
  const { views, reset, move } = tab('n', incident('a'))
  await reset(at(5))
  await keepWho({ id: 'n' } as Member, [], 1)
  views.of(null)
  await wipe()
  await move(5, at(6), incident('b'))
  const db = await database()
  expect([await db?.count('views'), await db?.count('cursors'), await db?.count('who')]).toEqual([
    0, 0, 0,
  ])
  expect(await lastWho()).toBeNull()
})

it('keeps positions in order, for a day', async () => {
  const fix = (at_ms: number) => ({ at_ms }) as never
  for (const at_ms of [3, 1, 2]) await keepFix('m', fix(at_ms))
  await dropFixes('m', [fix(2)])
  expect(await readFixes('m', 4)).toEqual([{ at_ms: 1 }, { at_ms: 3 }])
  expect(await readFixes('m', 86_400_002)).toEqual([{ at_ms: 3 }])
})
