/**
 * Built alone and put into an empty page by `decode.bench.ts`: what a position frame goes through
 * between the socket and the stores, with nothing else on the page.
 */
import type { LinkOptions } from '@/live/link-options'
import { Reader } from '@/live/reader'
import { decodePositionFrame, type MemberBrief } from '@/protocol'

export interface Times {
  /** Bytes to fixes. */
  decode_ms: number[]
  /** Bytes to what the stores are handed: decoded, named and merged. */
  taken_in_ms: number[]
}

interface Work {
  members: MemberBrief[]
  /** Frames as base64, taken in turn. */
  frames: string[]
  rounds: number
  pause_ms: number
}

async function measure({ members, frames, rounds, pause_ms }: Work): Promise<Times> {
  const sources = frames.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)
  const times: Times = { decode_ms: [], taken_in_ms: [] }
  let units = 0
  let flush = () => {}
  const options = {
    schedule: (later: () => void) => (flush = later),
    handlers: {
      positions: (change: { units: Map<string, unknown> }) => (units = change.units.size),
    },
  } as unknown as LinkOptions
  const never = () => {
    throw new Error('a frame was not understood')
  }
  const reader = new Reader(options, { welcome: never, pong: never, gap: never, send: never })
  const dictionary = { type: 'dictionary', audience: 1, generation: 1, first: 0, members }
  reader.read(JSON.stringify(dictionary))
  for (let round = 0; round < rounds; round++) {
    const source = sources[round % sources.length]
    if (source === undefined) throw new Error('no frames')
    // As the socket hands it over: bytes of its own each time.
    times.decode_ms.push(timed(() => decodePositionFrame(source.slice(0))?.units.length))
    times.taken_in_ms.push(timed(() => reader.read(source.slice(0))))
    flush()
    if (units !== members.length) throw new Error(`${units} of ${members.length} units came`)
    await new Promise((resume) => setTimeout(resume, pause_ms))
  }
  return times
}

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

Object.assign(window, { measure })
