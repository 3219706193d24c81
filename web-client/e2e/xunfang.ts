/**
 * A server for one test file: the real binary with a data folder of its own, on a free port, and
 * the accounts that it prints. `XUNFANG_URL` with `XUNFANG_PASSWORD` uses one that runs already.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const BINARY =
  process.env.XUNFANG_BIN ?? fileURLToPath(new URL('../../target/debug/xunfang', import.meta.url))
const STARTS_WITHIN_MS = 60_000
/** The last line of what a demo says when it is ready. */
const READY = /Ctrl-C/
/** The last line of what one without a demo says. */
const LISTENS = /listens on.*\n/
/** The last line of what a new one says. */
const ONE_TIME = /^\s+admin\s+\S+\n/m

export interface Xunfang {
  url: string
  password: (account: string) => string
  /** What it has printed so far. */
  said: () => string
  /** Ends its process, the ordinary way or another; its data and its address stay. */
  halt: (signal?: NodeJS.Signals) => Promise<void>
  /** Starts it again after `halt`. */
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/**
 * Starts it, with further flags if there are any; those leave a server that runs already alone.
 * `--quiet-demo` is for a test that acts for all its people.
 */
export async function startXunfang(...flags: string[]): Promise<Xunfang> {
  const running = process.env.XUNFANG_URL
  if (running !== undefined && flags.length === 0) {
    const password = process.env.XUNFANG_PASSWORD ?? ''
    const stop = () => Promise.resolve()
    const other = () => Promise.reject(new Error('this server is not ours to stop'))
    return {
      url: running,
      password: () => password,
      said: () => '',
      halt: other,
      resume: other,
      stop,
    }
  }
  const data = await mkdtemp(join(tmpdir(), 'xunfang-e2e-'))
  let said = ''
  const begin = async (address: string) => {
    const started = launch(data, address, '--demo', '--demo-weeks', '8', ...flags)
    started.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return { child: started, greeting: await greetingOf(started) }
  }
  const { greeting, child: first } = await begin(ANY)
  const url = found(greeting, /(http:\/\/127\.0\.0\.1:\d+)/)
  let child = first
  const halt = (signal: NodeJS.Signals = 'SIGINT') => end(child, signal)
  return {
    url,
    said: () => said,
    password: (account) => found(greeting, new RegExp(`^\\s+${account}\\s+(\\S+)`, 'm')),
    halt,
    resume: async () => {
      child = (await begin(url.replace('http://', ''))).child
    },
    stop: async () => {
      await halt()
      await rm(data, { recursive: true })
    },
  }
}

const ANY = '127.0.0.1:0'

function launch(
  data: string,
  address: string,
  ...flags: string[]
): ChildProcess & { stdout: Readable } {
  const own = ['serve', '--data', data, '--listen', address, '--metrics', '']
  return spawn(BINARY, [...own, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

/** An installation without a demo, as it is after its first start. */
export interface Bare extends Pick<Xunfang, 'url' | 'password' | 'stop'> {
  /** Stops it, and what a second start says; then it is stopped for good. */
  again: () => Promise<string>
}

/** Starts an installation that is new. */
export async function startBare(): Promise<Bare> {
  const data = await mkdtemp(join(tmpdir(), 'xunfang-bare-'))
  let child = launch(data, ANY)
  const greeting = await greetingOf(child, ONE_TIME)
  return {
    url: found(greeting, /(http:\/\/127\.0\.0\.1:\d+)/),
    password: (account) => found(greeting, new RegExp(`^\\s+${account}\\s+(\\S+)`, 'm')),
    again: async () => {
      await end(child)
      child = launch(data, ANY)
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
      await greetingOf(child, LISTENS)
      await end(child)
      return said
    },
    stop: async () => {
      await end(child)
      await rm(data, { recursive: true })
    },
  }
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1]
  if (match === undefined) throw new Error(`no ${pattern.source} in:\n${text}`)
  return match
}

function greetingOf(child: ChildProcess, ready = READY): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`not ready within ${STARTS_WITHIN_MS} ms:\n${said}`))
    }, STARTS_WITHIN_MS)
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!ready.test(said)) return
      clearTimeout(timer)
      resolve(said)
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`ended with ${code} before it was ready:\n${said}`)),
    )
  })
}
