import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket as Socket, WebSocketServer } from 'ws'
import type { ClientMessage } from '@/protocol'
import { Link, type LinkStatus } from '..'

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
    this.say({ type: 'welcome', version: 1, server_ms: 1, member: {}, districts: [] })
    this.say({ type: 'reset', district: 'd', epoch: 'e', seq, snapshot: {} })
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

beforeEach(async () => {
  peers = new Queue()
  statuses = new Queue()
  events = new Queue()
  positions = new Queue()
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
      reset: () => undefined,
      event: (frame) => events.push(frame.seq),
      forget: () => undefined,
      problem: () => undefined,
      positions: (change) => positions.push([...change.units.keys()]),
    },
  })
  link.open()
})

afterEach(() => {
  link.close()
  server.close()
})

async function greeted(): Promise<Peer> {
  const peer = await peers.next()
  expect(await peer.next()).toEqual({ type: 'hello', version: 1, token: null, cursors: {} })
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

it('reconnects on a gap', async () => {
  const peer = await greeted()
  peer.say(event(11, 12))
  const again = await greeted()
  again.say(event(10, 20))
  expect(await events.next()).toBe(20)
})

it('sends a waiting request again under the same id after a reconnect', async () => {
  const peer = await greeted()
  const outcome = link.request({ type: 'sign_off', shift: 's' }, 'c-1')
  const first = await peer.next()
  peer.close(4001)
  const again = await greeted()
  expect(await again.next()).toEqual(first)
  again.say({ type: 'ack', id: (first as { id: string }).id, outcome: { seq: 3 } })
  expect(await outcome).toEqual({ seq: 3 })
})

it.each(['outcome_unknown', 'busy'])(
  'sends a request again under its id after %s',
  async (code) => {
    const peer = await greeted()
    const outcome = link.request({ type: 'sign_off', shift: 's' }, 'c-1')
    const first = await peer.next()
    peer.say({ type: 'refused', id: 'c-1', code, message: 'send it again' })
    expect(await peer.next()).toEqual(first)
    peer.say({ type: 'ack', id: 'c-1', outcome: { seq: 3 } })
    expect(await outcome).toEqual({ seq: 3 })
  },
)

it('hands on why a request was refused', async () => {
  const peer = await greeted()
  const refused = expect(
    link.request({ type: 'sign_off', shift: 's' }, 'c-1'),
  ).rejects.toMatchObject({
    refusal: { code: 'illegal_move', by: '王' },
  })
  const { id } = (await peer.next()) as { id: string }
  peer.say({ type: 'refused', id, code: 'illegal_move', message: 'too late', by: '王' })
  await refused
})

it('stays away after a close code that asks a person to act', async () => {
  const peer = await greeted()
  const given_up = expect(link.request({ type: 'sign_off', shift: 's' }, 'c-1')).rejects.toThrow()
  peer.close(4101)
  await statuses.until('signed_out')
  await given_up
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
