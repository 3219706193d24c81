/**
 * Reads what the server says on one connection after the other, and hands it on. Invariant: what
 * is handed on of a district is contiguous from the state that is held, or `gap` is called.
 */
import {
  decodePositionFrame,
  type ClientMessage,
  type EventFrame,
  type ServerMessage,
} from '@/protocol'
import { Coalescer, onNextFrame } from './coalesce'
import { CursorChain } from './cursor'
import { Dictionaries } from './dictionary'
import type { LinkOptions, Reset, Resumed, Welcome } from './link-options'

interface Reactions {
  welcome(message: Welcome): void
  pong(): void
  /** Something is missing. */
  gap(): void
  send(message: ClientMessage): void
}

export class Reader {
  readonly cursors = new CursorChain()
  private readonly dictionaries = new Dictionaries()
  private readonly coalescer: Coalescer

  constructor(
    private readonly options: LinkOptions,
    private readonly on: Reactions,
  ) {
    this.coalescer = new Coalescer(options.schedule ?? onNextFrame, (change) =>
      options.handlers.positions(change),
    )
  }

  read(data: string | ArrayBuffer): void {
    if (typeof data === 'string') this.readText(JSON.parse(data) as ServerMessage | EventFrame)
    else this.readPositions(data)
  }

  /** The connection is gone, and with it what its position frames referred to. */
  dropped(): void {
    this.dictionaries.clear()
    this.coalescer.clear()
  }

  private readPositions(bytes: ArrayBuffer): void {
    const frame = decodePositionFrame(bytes)
    if (!frame) return
    const named = this.dictionaries.read(frame)
    if (named) this.coalescer.add(named)
    else if (this.dictionaries.mayAsk(frame.audience))
      this.on.send({ type: 'resync', audience: frame.audience })
  }

  private readText(message: ServerMessage | EventFrame): void {
    const { handlers } = this.options
    switch (message.type) {
      case 'welcome':
        this.on.welcome(message)
        break
      case 'reset':
        this.reset(message)
        break
      case 'resumed':
        this.resumed(message)
        break
      case 'event':
      case 'forget':
      case 'watermark':
        this.readEvent(message)
        break
      case 'alert':
        handlers.alert(message)
        break
      case 'ack':
        handlers.acknowledged(message.id, message.outcome)
        break
      case 'refused':
        handlers.refused(message.id, message)
        break
      case 'error':
        handlers.problem(message)
        break
      case 'pong':
        this.on.pong()
        break
      case 'late':
        handlers.late(message.since_ms)
        break
      case 'dictionary':
        this.dictionaries.learn(message)
        break
    }
  }

  private reset(message: Reset): void {
    const held = this.options.handlers.reset(message)
    this.cursors.reset(message.district, message, held)
    this.options.handlers.caughtUp(message.district)
  }

  private resumed(message: Resumed): void {
    const { district, seq, head } = message
    const cursor = this.cursors.at(district)
    if (!cursor || !this.cursors.resume(district, seq, head)) {
      this.on.gap()
      return
    }
    this.options.handlers.resumed(message, cursor)
    this.catchUp(district)
  }

  private readEvent(frame: EventFrame): void {
    const { district, prev, seq } = frame
    const step = this.cursors.advance(district, prev, seq)
    if (step === 'gap') this.on.gap()
    const cursor = this.cursors.at(district)
    if (step !== 'next' || !cursor) return
    const { handlers } = this.options
    if (frame.type === 'event') handlers.event(frame, cursor)
    else if (frame.type === 'forget') handlers.forget(frame, cursor)
    else handlers.watermark(frame, cursor)
    this.catchUp(district)
  }

  private catchUp(district: string): void {
    if (this.cursors.caughtUp(district)) this.options.handlers.caughtUp(district)
  }
}
