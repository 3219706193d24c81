/** The fixtures that the server's own tests read too: one for each message of the protocol. */
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket as Socket, WebSocketServer } from 'ws'
import {
  decodePositionFrame,
  type ClientMessage,
  type Cursor,
  type Event,
  type EventFrame,
  type Request,
  type ServerMessage,
} from '@/protocol'
import { Link } from '..'

const folder = join(import.meta.dirname, '../../../../tests/fixtures/protocol')

const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'))
const names = (side: string) => readdirSync(join(folder, side)).map((name) => name.slice(0, -5))

// A type that is added and forgotten here doesn't compile; one without a fixture fails below.
const CLIENT: Record<Exclude<ClientMessage['type'], 'command'>, true> = {
  hello: true,
  position: true,
  watch: true,
  resync: true,
  ping: true,
}
const REQUESTS: Record<Request['type'], true> = {
  sign_on: true,
  take_shift: true,
  give_consent: true,
  withdraw_consent: true,
  sign_off: true,
  report_incident: true,
  sos: true,
  withdraw_sos: true,
  check_in: true,
  view_track: true,
  move_incident: true,
  move_assignment: true,
  post_message: true,
}
const SERVER: Record<ServerMessage['type'] | 'watermark' | 'forget', true> = {
  welcome: true,
  reset: true,
  resumed: true,
  alert: true,
  late: true,
  ack: true,
  refused: true,
  error: true,
  pong: true,
  dictionary: true,
  positions: true,
  watermark: true,
  forget: true,
}
const EVENTS: Record<Event['type'], true> = {
  incident_changed: true,
  message_posted: true,
  shift_changed: true,
  checked_in: true,
  track_viewed: true,
  member_changed: true,
  sessions_ended: true,
  consent_changed: true,
  text_erased: true,
  places_changed: true,
  incidents_imported: true,
  grids_changed: true,
}

describe('fixtures', () => {
  it('stand for each message, and for none that is unknown here', () => {
    const commands = Object.keys(REQUESTS).map((type) => `command_${type}`)
    expect(names('client').sort()).toEqual([...Object.keys(CLIENT), ...commands].sort())
    const events = Object.keys(EVENTS).map((type) => `event_${type}`)
    expect(names('server').sort()).toEqual([...Object.keys(SERVER), ...events].sort())
  })

  it('hold a position frame that is read as the server wrote it', () => {
    const { hex, decoded } = read('position_frame.json') as { hex: string; decoded: object }
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
    expect(decodePositionFrame(bytes.buffer)).toEqual(decoded)
  })
})

/** What the link hands on when the server says all of this, in order. */
async function heard(
  say: unknown[],
  last: string,
  cursors: Record<string, Cursor> = {},
): Promise<[string, unknown][]> {
  const server = new WebSocketServer({ port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  server.on('connection', (socket) => say.forEach((frame) => socket.send(JSON.stringify(frame))))
  const found: [string, unknown][] = []
  let link: Link | undefined
  await new Promise<void>((resolve) => {
    const note = (name: string) => (value: unknown) => {
      found.push([name, value])
      if (name === last) resolve()
      return true
    }
    const told = (name: string) => (_: string, answer: object) => {
      found.push([name, answer])
    }
    link = new Link({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      watch: false,
      schedule: (flush) => queueMicrotask(flush),
      socket: Socket as unknown as typeof WebSocket,
      handlers: {
        status: () => undefined,
        welcome: note('welcome'),
        down: () => undefined,
        reset: note('reset'),
        resumed: note('resumed'),
        caughtUp: note('caughtUp'),
        event: note('event'),
        forget: note('forget'),
        watermark: note('watermark'),
        alert: note('alert'),
        late: note('late'),
        acknowledged: told('ack'),
        refused: told('refused'),
        positions: note('positions'),
        problem: note('problem'),
      },
    })
    const { member } = read('server/welcome.json') as { member: { id: string } }
    link.seed(member.id, cursors)
    link.open()
  })
  link?.close()
  server.close()
  return found
}

it('are handed on by the link, each to its place', async () => {
  const events = names('server').filter((name) => name.startsWith('event_'))
  const frames = [...events, 'watermark', 'forget']
    .map((name) => read(`server/${name}.json`) as EventFrame)
    .sort((a, b) => a.seq - b.seq)
  const others = ['alert', 'late', 'pong', 'dictionary', 'ack', 'refused', 'error']
  const told = ['welcome', 'reset', ...others].map((name) => read(`server/${name}.json`))
  const inOrder = [...told.slice(0, 2), ...frames, ...told.slice(2)]
  expect(await heard(inOrder, 'problem')).toEqual([
    ['welcome', read('server/welcome.json')],
    ['reset', read('server/reset.json')],
    ['caughtUp', '420882002'],
    ...frames.map((frame) => [frame.type, frame]),
    ['alert', read('server/alert.json')],
    ['late', (read('server/late.json') as { since_ms: number }).since_ms],
    ['ack', (read('server/ack.json') as { outcome: object }).outcome],
    ['refused', read('server/refused.json')],
    ['problem', read('server/error.json')],
  ])
})

it('resume a district, which has caught up when its place is the head', async () => {
  const { cursors } = read('client/hello.json') as { cursors: Record<string, Cursor> }
  const resumed = read('server/resumed.json') as { seq: number; head: number; district: string }
  const { district } = resumed
  const watermark = (prev: number, seq: number) => ({ prev, seq, type: 'watermark', district })
  const [first, last] = [watermark(resumed.seq, 50), watermark(50, resumed.head)]
  const told = [read('server/welcome.json'), resumed, first, last]
  expect(await heard(told, 'caughtUp', cursors)).toEqual([
    ['welcome', told[0]],
    ['resumed', resumed],
    ['watermark', first],
    ['watermark', last],
    ['caughtUp', district],
  ])
})
