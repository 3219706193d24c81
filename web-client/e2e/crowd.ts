/**
 * A crowd on the map: stands before a real server, hands its pages and answers on, and speaks the
 * position protocol itself, so that as many units as a test wants move when it says so.
 */
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Force, MemberBrief } from '@/protocol'
import type { Place } from './people'

const FORCES: Force[] = ['police', 'auxiliary', 'property', 'guard', 'volunteer']
const MIDDLE: Place = { lng: 113.23, lat: 30.96 }
/** Half the width and height of what they stand in, in degrees. */
const WIDE = 0.06
const HIGH = 0.045
/** The radius of what each walks around, three steps to a radian: some ten metres a step. */
const ROUND = 0.0003
const DICTIONARY_PART = 5_000

export interface Crowd {
  url: string
  middle: Place
  member: (n: number) => string
  /** Where a unit is after a step. */
  at: (n: number, step: number) => Place
  /** Moves everybody, in one frame as the server sends it. */
  move: (step: number) => void
  stop: () => void
}

const member = (n: number) => `crowd-${n}`

function at(n: number, step: number): Place {
  const angle = n * 2.399963
  const away = Math.sqrt((n % 9973) / 9973)
  const turned = angle + step / 3
  return {
    lng: MIDDLE.lng + WIDE * away * Math.cos(angle) + ROUND * Math.cos(turned),
    lat: MIDDLE.lat + HIGH * away * Math.sin(angle) + ROUND * Math.sin(turned),
  }
}

export const briefs = (count: number): MemberBrief[] =>
  Array.from({ length: count }, (_, n) => ({
    id: member(n),
    name: `演示${n}`,
    force: FORCES[n % FORCES.length] ?? 'guard',
    team: null,
  }))

/** See docs/PROTOCOL.md: 32 bytes of head, 18 bytes a unit. */
export function positionFrame(count: number, step: number, now_ms: number): Buffer {
  const bytes = Buffer.alloc(32 + count * 18)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt8(1, 1)
  bytes.writeUInt8(step === 0 ? 1 : 0, 2)
  bytes.writeUInt32LE(1, 4)
  bytes.writeUInt32LE(1, 8)
  bytes.writeBigInt64LE(BigInt(now_ms), 12)
  bytes.writeUInt32LE(count, 20)
  for (let n = 0; n < count; n++) {
    const { lng, lat } = at(n, step)
    const from = 32 + n * 18
    bytes.writeUInt16LE(n, from)
    bytes.writeInt32LE(Math.round(lng * 1e7), from + 6)
    bytes.writeInt32LE(Math.round(lat * 1e7), from + 10)
    bytes.writeUInt8(4, from + 14)
    bytes.writeUInt8(255, from + 15)
  }
  return bytes
}

export async function startCrowd(server: string, count: number): Promise<Crowd> {
  const sockets = new Set<WebSocket>()
  const say = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message))

  async function greet(socket: WebSocket, cookie: string): Promise<void> {
    const answer = await fetch(`${server}/api/session`, { headers: { cookie } })
    const session = (await answer.json()) as { member: object; districts: { id: string }[] }
    say(socket, { type: 'welcome', version: 1, server_ms: Date.now(), ...session })
    const on_duty = briefs(count).map((brief) => ({
      member: brief,
      shift: { id: brief.id, member: brief.id, team: null, started_ms: 0, ended_ms: null },
    }))
    const snapshot = { incidents: [], on_duty, messages: [] }
    const [district] = session.districts
    say(socket, { type: 'reset', district: district?.id, epoch: 'crowd', seq: 0, snapshot })
    for (let first = 0; first < count; first += DICTIONARY_PART) {
      const members = briefs(count).slice(first, first + DICTIONARY_PART)
      say(socket, { type: 'dictionary', audience: 1, generation: 1, first, members })
    }
    sockets.add(socket)
  }

  const front = createServer((asked, answer) => {
    const { url, method, headers } = asked
    const onward = request(new URL(url ?? '/', server), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.writeHead(502).end())
    asked.pipe(onward)
  })
  const upgrades = new WebSocketServer({ noServer: true })
  front.on('upgrade', (asked: IncomingMessage, stream, head) => {
    upgrades.handleUpgrade(asked, stream, head, (socket) => {
      socket.on('close', () => sockets.delete(socket))
      socket.on('message', (data: Buffer) => {
        const { type } = JSON.parse(data.toString()) as { type: string }
        if (type === 'hello') void greet(socket, asked.headers.cookie ?? '')
        if (type === 'ping') say(socket, { type: 'pong' })
      })
    })
  })
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening))

  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    middle: MIDDLE,
    member,
    at,
    move: (step) => {
      const frame = positionFrame(count, step, Date.now())
      for (const socket of sockets) socket.send(frame)
    },
    stop: () => {
      for (const socket of upgrades.clients) socket.terminate()
      front.closeAllConnections()
      front.close()
    },
  }
}
