import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WebSocket as Socket, WebSocketServer } from 'ws'
import type { ClientMessage, Fix } from '@/protocol'
import { Link, type LinkStatus } from '..'
import { ANSWER_AFTER_MS } from '../watchdog'

/** One accepted connection: what the client said, and a way to answer. */
class Peer {
  private readonly said: ClientMessage[] = []
  private wake: (() => void) | null = null

  constructor(private readonly socket: Socket) {
    socket.on('message', (data: Buffer) => {
      this.said.push(JSON.parse(data.toString()) as ClientMessage)
      this.wake?.()
    })
  }

  async next(): Promise<ClientMessage> {
    while (this.said.length === 0) await new Promise<void>((wake) => (this.wake = wake))
    return this.said.shift() as ClientMessage
  }

  say(message: object | Buffer): void {
    this.socket.send(Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }

  greet(seq = 10): void {
    this.welcome()
    this.say({ type: 'reset', district: 'd', epoch: 'e', seq, sight: 's', snapshot: {} })
  }

  resume(seq: number, head: number): void {
    this.welcome()
    this.say({ type: 'resumed', district: 'd', seq, head })
  }

  welcome(id = 'm'): void {
    this.say({ type: 'welcome', version: 1, server_ms: 1, member: { id }, districts: [] })
  }

  close(code: number): void {
    this.socket.close(code)
  }
}

class Queue<T> {
  private readonly items: T[] = []
  private wake: (() => void) | null = null

  readonly push = (item: T): void => {
    this.items.push(item)
    this.wake?.()
  }

  async next(): Promise<T> {
    while (this.items.length === 0) await new Promise<void>((wake) => (this.wake = wake))
    return this.items.shift() as T
  }

  async until(wanted: T): Promise<void> {
    while ((await this.next()) !== wanted);
  }
}

let server: WebSocketServer
let link: Link
let peers: Queue<Peer>
let statuses: Queue<LinkStatus>
let events: Queue<number>
let positions: Queue<string[]>
let answers: Queue<unknown[]>
let caughtUp: Queue<string>

beforeEach(async () => {
  peers = new Queue()
  statuses = new Queue()
  events = new Queue()
  positions = new Queue()
  answers = new Queue()
  caughtUp = new Queue()
  server = new WebSocketServer({ port: 0 })
  server.on('connection', (socket) => peers.push(new Peer(socket)))
  await new Promise((resolve) => server.once('listening', resolve))
  link = new Link({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    watch: true,
    firstWait_ms: 1,
    schedule: (flush) => queueMicrotask(flush),
    socket: Socket as unknown as typeof WebSocket,
    handlers: {
      status: statuses.push,
      welcome: () => undefined,
      down: () => undefined,
      reset: () => true,
      resumed: () => undefined,
      caughtUp: caughtUp.push,
      event: (frame) => events.push(frame.seq),
      forget: () => undefined,
      watermark: () => undefined,
      alert: () => undefined,
      acknowledged: (id, outcome) => answers.push([id, outcome]),
      refused: (id, { code }) => answers.push([id, code]),
      late: () => undefined,
      problem: () => undefined,
      positions: (change) => positions.push([...change.units.keys()]),
    },
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  link.close()
  server.close()
})

const hello = (cursors: object) => ({ type: 'hello', version: 1, token: null, cursors })
const at = (seq: number) => ({ d: { epoch: 'e', seq, sight: 's' } })

async function greeted(): Promise<Peer> {
  link.open()
  const peer = await peers.next()
  expect(await peer.next()).toEqual(hello({}))
  peer.greet()
  expect(await peer.next()).toMatchObject({ type: 'watch', format: 'binary' })
  return peer
}

const event = (prev: number, seq: number) => ({ prev, seq, type: 'event', district: 'd', id: 'x' })

it('says hello, watches, and hands on contiguous events once', async () => {
  const peer = await greeted()
  peer.say(event(10, 12))
  peer.say(event(10, 12))
  peer.say({ prev: 12, seq: 15, type: 'watermark', district: 'd' })
  peer.say(event(15, 16))
  expect([await events.next(), await events.next()]).toEqual([12, 16])
})

it('goes on from where it was after a gap, and says when it has caught up', async () => {
  const peer = await greeted()
  expect(await caughtUp.next()).toBe('d')
  peer.say(event(10, 12))
  peer.say(event(13, 14))
  const again = await peers.next()
  expect(await again.next()).toEqual(hello(at(12)))
  again.resume(12, 14)
  again.say(event(12, 13))
  again.say(event(13, 14))
  expect([await events.next(), await events.next(), await events.next()]).toEqual([12, 13, 14])
  expect(await caughtUp.next()).toBe('d')
})

it('starts a district over when the server says so in the middle', async () => {
  const peer = await greeted()
  peer.say({ type: 'reset', district: 'd', epoch: 'e', seq: 30, sight: 't', snapshot: {} })
  peer.say(event(30, 31))
  expect(await events.next()).toBe(31)
  peer.close(4008)
  const again = await peers.next()
  expect(await again.next()).toEqual(hello({ d: { epoch: 'e', seq: 31, sight: 't' } }))
})

it('goes on from a state that was kept', async () => {
  link.seed('m', at(7))
  link.open()
  expect(await (await peers.next()).next()).toEqual(hello(at(7)))
})

it('shows nobody what another was shown', async () => {
  link.seed('somebody', at(7))
  link.open()
  const peer = await peers.next()
  peer.welcome('another')
  await statuses.until('signed_out')
})

it('comes back within two seconds to a server that stops, each at a time of its own', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.01)
  const peer = await greeted()
  peer.close(4001)
  const again = await peers.next()
  expect(await again.next()).toEqual(hello(at(10)))
})

it('doubts a link that looks open when the network changed, and makes a new one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const peer = await greeted()
  link.nudge()
  expect(await peer.next()).toEqual({ type: 'ping' })
  await vi.advanceTimersByTimeAsync(ANSWER_AFTER_MS)
  await vi.advanceTimersByTimeAsync(1)
  expect(await (await peers.next()).next()).toEqual(hello(at(10)))
})

it('does not wait out its back-off when the network is back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const peer = await greeted()
  peer.close(4000)
  await statuses.until('reconnecting')
  link.nudge()
  await vi.advanceTimersByTimeAsync(0)
  expect(await (await peers.next()).next()).toEqual(hello(at(10)))
})

it('sends commands while it is ready, and hands on their answers', async () => {
  expect(link.command('c-0', { type: 'sign_off', shift: 's' })).toBe(false)
  const peer = await greeted()
  expect(link.command('c-1', { type: 'sign_off', shift: 's' })).toBe(true)
  expect(await peer.next()).toMatchObject({ type: 'command', id: 'c-1' })
  peer.say({ type: 'ack', id: 'c-1', outcome: { seq: 3 } })
  peer.say({ type: 'refused', id: 'c-2', code: 'illegal_move', message: 'too late' })
  expect(await answers.next()).toEqual(['c-1', { seq: 3 }])
  expect(await answers.next()).toEqual(['c-2', 'illegal_move'])
})

it('knows whether the server has positions', async () => {
  const fix = { at_ms: 1, point: { lng: 1, lat: 2 } } as Fix
  expect(await link.sendFixes([fix])).toBe(false)
  const peer = await greeted()
  const heard = link.sendFixes([fix])
  expect([await peer.next(), await peer.next()]).toMatchObject([
    { type: 'position' },
    { type: 'ping' },
  ])
  peer.say({ type: 'pong', server_ms: 1 })
  expect(await heard).toBe(true)
  const lost = link.sendFixes([fix])
  peer.close(4000)
  expect(await lost).toBe(false)
})

it('stays away after a close code that asks a person to act', async () => {
  const peer = await greeted()
  peer.close(4101)
  await statuses.until('signed_out')
})

it('asks for a full frame when it does not know the dictionary', async () => {
  const peer = await greeted()
  const frame = Buffer.alloc(50)
  frame.set([1, 1, 1])
  frame.writeUInt32LE(7, 4)
  frame.writeUInt32LE(2, 8)
  frame.writeUInt32LE(1, 20)
  peer.say(frame)
  expect(await peer.next()).toEqual({ type: 'resync', audience: 7 })
  peer.say({ type: 'dictionary', audience: 7, generation: 2, first: 0, members: [{ id: 'm' }] })
  peer.say(frame)
  expect(await positions.next()).toEqual(['m'])
})
