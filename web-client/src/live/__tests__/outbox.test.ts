import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event, Outcome, Request } from '@/protocol'
import { database, forgetConnection } from '../database'
import { Outbox } from '../outbox'
import type { Item } from '../outbox-item'
import { keepItem } from '../outbox-rows'
import { TypedTexts, withoutTyped } from '../typed'

const DAY_MS = 86_400_000
const say = (message: string): Request => ({
  type: 'post_message',
  message,
  channel: `c-${message}`,
  body: message,
})
const outcome = (seq: number) => ({ district: 'd', seq }) as Outcome

let now_ms = 1_000_000
let pages: { box: Outbox }[] = []

/** A page that was just opened by a member. */
async function page(member = 'm') {
  const items = new Map<string, Item>()
  const box = new Outbox(items, () => now_ms)
  pages.push({ box })
  await box.open(member)
  const sent: string[] = []
  const connect = async () => {
    box.connected((id) => sent.push(id) > 0)
    await settled()
  }
  const state = (id: string) => items.get(id)?.state
  return { box, items, sent, connect, state }
}
/** Lets the database finish. */
async function settled(): Promise<void> {
  const db = await database()
  for (let n = 0; n < 3; n++) {
    await db?.getAll('outbox')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
async function kept(table: 'outbox' | 'done'): Promise<string[]> {
  await settled()
  return ((await (await database())?.getAll(table)) ?? []).map(({ id }) => id)
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  forgetConnection()
  now_ms = 1_000_000
})
afterEach(() => {
  for (const { box } of pages) box.close()
  pages = []
  vi.useRealTimers()
})

it('keeps on disk before it sends, and moves to what is done with the answer', async () => {
  const { box, sent, connect, state } = await page()
  await connect()
  const answer = box.add(say('a'), 'a')
  expect([sent, state('a')]).toEqual([[], 'waiting'])
  expect(await kept('outbox')).toEqual(['a'])
  expect([sent, state('a')]).toEqual([['a'], 'sending'])
  box.acknowledge('a', outcome(7))
  expect(await answer).toEqual(outcome(7))
  expect([await kept('outbox'), await kept('done'), state('a')]).toEqual([[], ['a'], 'delivered'])
})

it('goes on after a reload, in the order of making, under the same ids', async () => {
  const first = await page()
  for (const id of ['b', 'a', 'c']) void first.box.add(say(id), id)
  await settled()
  first.box.close()
  const second = await page()
  await second.connect()
  expect(second.sent).toEqual(['b', 'a', 'c'])
})

it('sends again on a new connection what was not answered, and nothing else', async () => {
  const { box, sent, connect } = await page()
  await connect()
  void box.add(say('a'), 'a')
  void box.add(say('b'), 'b')
  await settled()
  box.acknowledge('a', outcome(1))
  box.disconnected()
  await connect()
  expect(sent).toEqual(['a', 'b', 'b'])
})

it.each(['busy', 'outcome_unknown'] as const)('sends again after %s, later', async (code) => {
  const { box, sent, connect, state } = await page()
  await connect()
  void box.add(say('a'), 'a')
  await settled()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  box.refuse('a', { code, message: '' })
  expect([state('a'), sent]).toEqual(['waiting', ['a']])
  await vi.advanceTimersByTimeAsync(1_000)
  expect([state('a'), sent]).toEqual(['sending', ['a', 'a']])
})

it('sends again what gets no answer on a link that lives', async () => {
  const { box, sent, connect } = await page()
  await connect()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  void box.add(say('a'), 'a')
  await settled()
  await vi.advanceTimersByTimeAsync(21_001)
  expect(sent).toEqual(['a', 'a'])
})

it('shows a refusal until its user has seen it, over a reload too, and may try again', async () => {
  const first = await page()
  await first.connect()
  const answer = first.box.add(say('a'), 'a')
  await settled()
  first.box.refuse('a', { code: 'off_duty', message: '' })
  await expect(answer).rejects.toMatchObject({ command: 'a', refusal: { code: 'off_duty' } })
  await settled()
  const second = await page()
  await second.connect()
  expect([second.state('a'), second.sent]).toEqual(['refused', []])
  second.box.retry('a')
  await settled()
  expect(second.sent).toEqual(['a'])
  second.box.refuse('a', { code: 'off_duty', message: '' })
  second.box.dismiss('a')
  expect([second.state('a'), await kept('outbox')]).toEqual([undefined, []])
})

it('is nobody else’s: not shown, not sent, and there again for whoever made it', async () => {
  const first = await page('m')
  void first.box.add(say('a'), 'a')
  await settled()
  await first.box.open('other')
  await first.connect()
  expect([first.items.size, first.sent]).toEqual([0, []])
  await first.box.open('m')
  await first.connect()
  expect(first.sent).toEqual(['a'])
})

it('asks about what is older than 25 days, and sends it when its user says so', async () => {
  const first = await page()
  void first.box.add(say('a'), 'a')
  await settled()
  now_ms += 25 * DAY_MS + 1
  const second = await page()
  await second.connect()
  expect([second.state('a'), second.sent]).toEqual(['expired', []])
  second.box.retry('a')
  await settled()
  expect(second.sent).toEqual(['a'])
  const third = await page()
  expect(third.state('a')).toBe('waiting')
})

describe('another log', () => {
  async function delivered(epoch: string) {
    const one = await page()
    await one.connect()
    one.box.opened('d', epoch)
    for (const id of ['b', 'a']) {
      void one.box.add(say(id), id)
      await settled()
      one.box.acknowledge(id, outcome(1))
    }
    await settled()
    return one
  }

  it('is offered what the one before took in the last 30 days, once, in its order', async () => {
    await delivered('e1')
    const { box, sent, connect } = await page()
    void box.add(say('new'), 'new')
    await connect()
    box.opened('d', 'e1')
    await settled()
    expect(sent).toEqual(['new'])
    box.disconnected()
    sent.length = 0
    await connect()
    box.acknowledge('new', outcome(3))
    box.opened('d', 'e2')
    await settled()
    expect(sent).toEqual(['new', 'b', 'a'])
    for (const id of ['b', 'a']) box.acknowledge(id, outcome(4))
    box.opened('d', 'e2')
    await settled()
    expect(sent).toEqual(['new', 'b', 'a'])
  })

  it('is not offered what is older, and other districts’ logs are their own', async () => {
    await delivered('e1')
    const other = await page()
    await other.connect()
    other.box.opened('elsewhere', 'e9')
    await settled()
    expect(other.sent).toEqual([])
    now_ms += 30 * DAY_MS + 1
    const late = await page()
    await late.connect()
    late.box.opened('d', 'e2')
    expect([late.sent, await kept('done')]).toEqual([[], []])
  })
})

it('takes over what a tab left that is gone, and leaves a living tab its own', async () => {
  const living = { locks: [] as string[] }
  vi.stubGlobal('navigator', {
    locks: {
      request: async (name: string, run: () => Promise<void>) => {
        if (name.startsWith('xunfang.tab')) living.locks.push(name)
        else await run()
      },
      query: () => Promise.resolve({ held: living.locks.map((name) => ({ name })) }),
    },
  })
  const left = (id: string, tab: string) =>
    keepItem({ id, tab, member: 'm', n: 1, request: say(id), made_ms: 1, state: 'waiting' } as Item)
  await left('gone', 't-gone')
  await left('lives', 't-lives')
  living.locks.push('xunfang.tab.t-lives')
  const { sent, connect, state } = await page()
  await connect()
  expect([sent, state('lives')]).toEqual([['gone'], 'waiting'])
  vi.unstubAllGlobals()
})

it('lets a look that nobody waits for pass, and keeps it nowhere', async () => {
  const { box, items, connect, sent } = await page()
  const look = { type: 'view_track', view: 'v' } as Request
  box.add(look, 'v').catch(() => undefined)
  expect(await kept('outbox')).toEqual([])
  box.tire('v')
  await connect()
  expect([items.size, sent]).toEqual([0, []])
})

it('works from memory without a database', async () => {
  Reflect.deleteProperty(globalThis, 'indexedDB')
  forgetConnection()
  const { box, sent, connect } = await page()
  void box.add(say('a'), 'a')
  await connect()
  await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toEqual(['a'])
})

describe('typed texts', () => {
  const item = { id: 'a', district: 'd', seq: 5, text: null, request: say('a') } as Item
  const posted = { type: 'message_posted', message: { text: { id: 't' } } } as Event

  it('are known by their place, whichever comes first', () => {
    const texts = new TypedTexts()
    expect(texts.wrote([item, { ...item, seq: 6 }], 'd', 5, posted)).toEqual([
      { ...item, text: 't' },
    ])
    expect([texts.of(item), texts.of({ ...item, seq: 6 })]).toEqual(['t', null])
  })

  it('leave a report without its words, and nothing of a message', () => {
    const report = { type: 'report_incident', text: '张三' } as Request
    expect(withoutTyped(report)).toEqual({ type: 'report_incident', text: null })
    expect(withoutTyped(say('a'))).toBeNull()
  })
})
