import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import type { TrackHold, TrackReplay } from '@/api/tracks'
import type { Member } from '@/protocol'
import { useReplay } from '@/stores/replay'
import { everyPage } from '../paging'
import { heldNames, holdsTracks, openHolds } from '../track-holds'

vi.mock('@/stores/link', () => ({ useLink: () => ({}) }))
vi.mock('@/stores/incidents', () => ({ useIncidents: () => ({ timelines: new Map() }) }))

const hold = (id: string, released_ms: number | null) => ({ id, released_ms }) as TrackHold

it.each([
  ['duty_chief', 'police', true],
  ['duty_chief', 'auxiliary', true],
  ['dispatcher', 'police', true],
  ['dispatcher', 'auxiliary', false],
  ['patrol', 'police', false],
  ['street_office', 'police', false],
  ['audit_admin', 'police', false],
] as const)('offers a hold to %s of %s: %s', (role: Member['role'], force, may) =>
  expect(holdsTracks({ role, force })).toBe(may),
)

it('lists only what still holds, in the order that it came', () =>
  expect(openHolds([hold('c', null), hold('b', 7), hold('a', null)]).map(({ id }) => id)).toEqual([
    'c',
    'a',
  ]))

it('names whom it holds, and an id where no name is known', () =>
  expect(heldNames({ members: ['m', 'n'] }, new Map([['m', '李卫']]))).toEqual(['李卫', 'n']))

it('reads a list to its last page', async () => {
  const pages: Record<string, { items: number[]; next: string | null }> = {
    first: { items: [1, 2], next: 'two' },
    two: { items: [3], next: null },
  }
  const asked: (string | undefined)[] = []
  const all = await everyPage((after) => {
    asked.push(after)
    return Promise.resolve(pages[after ?? 'first'] ?? { items: [], next: null })
  })
  expect([all, asked]).toEqual([
    [1, 2, 3],
    [undefined, 'two'],
  ])
})

it('says that a window begins among what was purged, and no longer when it is closed', () => {
  setActivePinia(createPinia())
  const replay = useReplay()
  const open = (from_ms: number) =>
    replay.open({
      view: { from_ms, to_ms: from_ms + 10 },
      tracks: [],
      kept_since_ms: 100,
    } as unknown as TrackReplay)
  const said: boolean[] = [replay.purged]
  for (const from_ms of [99, 100]) {
    open(from_ms)
    said.push(replay.purged)
  }
  open(99)
  replay.close()
  expect([...said, replay.purged]).toEqual([false, true, false, false])
})
