/**
 * The link to the server: one socket at a time, kept alive and made anew. It reads frames and
 * hands on what they say; it knows nothing of stores or screens. Invariant: what it hands on is
 * contiguous from the last reset, or it reconnects and a new reset follows.
 */
import {
  CLOSE_UNAUTHENTICATED,
  decodePositionFrame,
  MAX_FIXES,
  mayReconnect,
  VERSION,
  type ClientMessage,
  type EventFrame,
  type Fix,
  type Outcome,
  type Request,
  type ServerMessage,
} from '@/protocol'
import { waitBefore } from './backoff'
import { Coalescer, onNextFrame } from './coalesce'
import { CursorChain } from './cursor'
import { Dictionaries } from './dictionary'
import type { LinkOptions, LinkStatus, Welcome } from './link-options'
import { Requests } from './requests'
import { Watchdog } from './watchdog'

export class Link {
  private socket: WebSocket | null = null
  private tries = 0
  private heard_ms = Date.now()
  private ready = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private readonly cursors = new CursorChain()
  private readonly dictionaries = new Dictionaries()
  private readonly requests = new Requests((id, request) => {
    if (this.ready) this.send({ type: 'command', id, request })
  })
  private readonly coalescer: Coalescer
  private readonly watchdog = new Watchdog({
    quiet: () => {
      this.say('stale')
      this.send({ type: 'ping' })
    },
    dead: () => this.reconnect(),
  })

  constructor(private readonly options: LinkOptions) {
    this.coalescer = new Coalescer(options.schedule ?? onNextFrame, (change) =>
      options.handlers.positions(change),
    )
  }

  open(): void {
    this.retry = undefined
    const Socket = this.options.socket ?? WebSocket
    const socket = new Socket(this.options.url)
    socket.binaryType = 'arraybuffer'
    this.socket = socket
    this.say(this.tries === 0 ? 'connecting' : 'reconnecting')
    this.watchdog.start()
    socket.onopen = () => this.send({ type: 'hello', version: VERSION, token: null, cursors: {} })
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.socket) this.read(data)
    }
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.closed(code)
    }
  }

  /** Ends the link for good; requests that wait are given up. */
  close(): void {
    clearTimeout(this.retry)
    this.retry = undefined
    this.drop()
    this.requests.abandon()
  }

  /** Asks under an id that the caller made; a retry takes the same one. */
  request(request: Request, id: string): Promise<Outcome> {
    return this.requests.make(id, request)
  }

  /** Sends the newest fixes; false when there is no link now. */
  sendFixes(fixes: Fix[]): boolean {
    if (this.ready) this.send({ type: 'position', fixes: fixes.slice(-MAX_FIXES) })
    return this.ready
  }

  /** Drops the socket and makes a new one after a wait. */
  reconnect(): void {
    this.drop()
    this.say('reconnecting')
    const wait_ms = waitBefore(this.tries, Math.random(), this.options.firstWait_ms)
    this.tries += 1
    this.retry = setTimeout(() => this.open(), wait_ms)
  }

  /** Tries at once instead of waiting out the back-off: the network or the page came back. */
  nudge(): void {
    if (this.socket !== null || this.retry === undefined) return
    clearTimeout(this.retry)
    this.open()
  }

  private drop(): void {
    const socket = this.socket
    this.socket = null
    this.ready = false
    this.watchdog.stop()
    this.cursors.clear()
    this.dictionaries.clear()
    this.coalescer.clear()
    socket?.close()
  }

  private closed(code: number): void {
    if (mayReconnect(code)) {
      this.reconnect()
      return
    }
    this.drop()
    this.requests.abandon()
    this.say(code === CLOSE_UNAUTHENTICATED ? 'signed_out' : 'refused')
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
    if (typeof data === 'string') this.readText(JSON.parse(data) as ServerMessage | EventFrame)
    else this.readPositions(data)
  }

  private readPositions(bytes: ArrayBuffer): void {
    const frame = decodePositionFrame(bytes)
    if (!frame) return
    const named = this.dictionaries.read(frame)
    if (named) this.coalescer.add(named)
    else if (this.dictionaries.mayAsk(frame.audience))
      this.send({ type: 'resync', audience: frame.audience })
  }

  private readText(message: ServerMessage | EventFrame): void {
    const { handlers } = this.options
    switch (message.type) {
      case 'welcome':
        this.welcomed(message)
        break
      case 'reset':
        this.cursors.reset(message.district, message.seq)
        handlers.reset(message)
        break
      case 'event':
      case 'forget':
      case 'watermark':
        this.readEvent(message)
        break
      case 'ack':
        this.requests.acknowledge(message.id, message.outcome)
        break
      case 'refused':
        this.requests.refuse(message.id, message)
        break
      case 'error':
        handlers.problem(message)
        break
      case 'dictionary':
        this.dictionaries.learn(message)
        break
    }
  }

  private welcomed(message: Welcome): void {
    this.tries = 0
    this.ready = true
    this.options.handlers.welcome(message)
    this.say('live')
    if (this.options.watch)
      this.send({ type: 'watch', format: 'binary', forces: null, viewport: null })
    this.requests.resend()
  }

  private readEvent(frame: EventFrame): void {
    const step = this.cursors.advance(frame.district, frame.prev, frame.seq)
    if (step === 'gap') this.reconnect()
    if (step !== 'next') return
    if (frame.type === 'event') this.options.handlers.event(frame)
    else if (frame.type === 'forget') this.options.handlers.forget(frame)
  }
}
