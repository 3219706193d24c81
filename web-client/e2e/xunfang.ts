/**
 * A server for one test file: the real binary with a data folder of its own, on a free port, and
 * the accounts that it prints. `XUNFANG_URL` with `XUNFANG_PASSWORD` uses one that runs already.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BINARY =
  process.env.XUNFANG_BIN ?? fileURLToPath(new URL('../../target/debug/xunfang', import.meta.url))
const STARTS_WITHIN_MS = 60_000
/** The last line of what a demo says when it is ready. */
const READY = /Ctrl-C/

export interface Xunfang {
  url: string
  password: (account: string) => string
  /** What it has printed so far. */
  said: () => string
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
    return { url: running, password: () => password, said: () => '', stop }
  }
  const data = await mkdtemp(join(tmpdir(), 'xunfang-e2e-'))
  const child = spawn(
    BINARY,
    [
      ...['serve', '--demo', '--demo-weeks', '8', '--data', data],
      ...['--listen', '127.0.0.1:0', '--metrics', '', ...flags],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const greeting = await greetingOf(child)
  return {
    url: found(greeting, /(http:\/\/127\.0\.0\.1:\d+)/),
    said: () => said,
    password: (account) => found(greeting, new RegExp(`^\\s+${account}\\s+(\\S+)`, 'm')),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      await rm(data, { recursive: true })
    },
  }
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1]
  if (match === undefined) throw new Error(`no ${pattern.source} in:\n${text}`)
  return match
}

function greetingOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`not ready within ${STARTS_WITHIN_MS} ms:\n${said}`))
    }, STARTS_WITHIN_MS)
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!READY.test(said)) return
      clearTimeout(timer)
      resolve(said)
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`ended with ${code} before it was ready:\n${said}`)),
    )
  })
}
