/**
 * The link to the server: one socket at a time, kept alive and made anew, each time from where the
 * last one was left. It knows nothing of stores or screens. Invariant: what it hands on is
 * contiguous from the state that is held, or it reconnects.
 */
import {
  CLOSE_DRAINING,
  CLOSE_UNAUTHENTICATED,
  MAX_FIXES,
  mayReconnect,
  VERSION,
  type ClientMessage,
  type Cursor,
  type Fix,
  type Request,
} from '@/protocol'
import { waitBefore } from './backoff'
import type { LinkOptions, LinkStatus, Welcome } from './link-options'
import { Reader } from './reader'
import { Watchdog } from './watchdog'

/** All clients of a server that stops come back within this, each at a time of its own. */
const MOVE_WITHIN_MS = 2_000
/** A connection that was begun within this isn't doubted yet. */
const YOUNG_MS = 1_000

export class Link {
  private socket: WebSocket | null = null
  private tries = 0
  private opened_ms = 0
  private heard_ms = Date.now()
  private ready = false
  private member: string | null = null
  private retry: ReturnType<typeof setTimeout> | undefined
  private pongs: ((came: boolean) => void)[] = []
  private readonly reader: Reader
  private readonly watchdog = new Watchdog({
    quiet: () => {
      this.say('stale')
      void this.ping()
    },
    dead: () => this.reconnect(),
  })

  constructor(private readonly options: LinkOptions) {
    this.reader = new Reader(options, {
      welcome: (message) => this.welcomed(message),
      pong: () => this.pongs.shift()?.(true),
      gap: () => this.reconnect(),
      send: (message) => this.send(message),
    })
  }

  /** Goes on from states that were kept; they are this member's. */
  seed(member: string, cursors: Record<string, Cursor>): void {
    this.member = member
    for (const [district, cursor] of Object.entries(cursors))
      this.reader.cursors.reset(district, cursor, true)
  }

  open(): void {
    this.retry = undefined
    const Socket = this.options.socket ?? WebSocket
    const socket = new Socket(this.options.url)
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    this.opened_ms = Date.now()
    this.say(this.tries === 0 ? 'connecting' : 'reconnecting')
    this.watchdog.start()
    socket.onopen = () => {
      const cursors = this.reader.cursors.cursors()
      this.send({ type: 'hello', version: VERSION, token: null, cursors })
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.socket) this.read(data)
    }
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.closed(code)
    }
  }

  /** Ends the link for good. */
  close(): void {
    clearTimeout(this.retry)
    this.retry = undefined
    this.drop()
  }

  /** Sends a command; false when there is no link now. */
  command(id: string, request: Request): boolean {
    if (this.ready) this.send({ type: 'command', id, request })
    return this.ready
  }

  /** Sends up to MAX_FIXES; whether the server has them, as far as can be known. */
  sendFixes(fixes: Fix[]): Promise<boolean> {
    if (!this.ready) return Promise.resolve(false)
    this.send({ type: 'position', fixes: fixes.slice(-MAX_FIXES) })
    return this.ping()
  }

  /** Drops the socket and makes a new one after a wait. */
  reconnect(wait_ms = waitBefore(this.tries, Math.random(), this.options.firstWait_ms)): void {
    this.drop()
    this.say('reconnecting')
    this.tries += 1
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.open(), wait_ms)
  }

  /** The network or the page came back, or went: don't wait, and don't trust what looks open. */
  nudge(): void {
    const young = Date.now() - this.opened_ms < YOUNG_MS
    if (this.retry !== undefined || (this.socket && !this.ready && !young)) {
      this.tries = 0
      this.reconnect(0)
    } else if (this.ready) {
      void this.ping()
      this.watchdog.asked()
    }
  }

  private ping(): Promise<boolean> {
    this.send({ type: 'ping' })
    return new Promise((resolve) => this.pongs.push(resolve))
  }

  private drop(): void {
    const { socket, pongs } = this
    this.socket = null
    this.ready = false
    this.pongs = []
    this.watchdog.stop()
    this.reader.dropped()
    this.options.handlers.down()
    for (const pong of pongs) pong(false)
    socket?.close()
  }

  private closed(code: number): void {
    if (code === CLOSE_DRAINING) this.reconnect(Math.random() * MOVE_WITHIN_MS)
    else if (mayReconnect(code)) this.reconnect()
    else {
      this.drop()
      this.say(code === CLOSE_UNAUTHENTICATED ? 'signed_out' : 'refused')
    }
  }

  private say(status: LinkStatus): void {
    this.options.handlers.status(status, Date.now() - this.heard_ms)
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message))
  }

  private read(data: string | ArrayBuffer): void {
    this.watchdog.heard()
    this.heard_ms = Date.now()
    if (this.ready) this.say('live')
    this.reader.read(data)
  }

  private welcomed(message: Welcome): void {
    // Somebody else signed in here: nothing on this screen is theirs.
    if (this.member !== null && this.member !== message.member.id) {
      this.drop()
      this.say('signed_out')
      return
    }
    this.member = message.member.id
    this.tries = 0
    this.ready = true
    this.options.handlers.welcome(message)
    this.say('live')
    if (this.options.watch)
      this.send({ type: 'watch', format: 'binary', forces: null, viewport: null })
  }
}
