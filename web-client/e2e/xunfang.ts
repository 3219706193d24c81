/**
 * A server for one test file: the real binary with a data folder of its own, on a free port, and
 * the accounts that its demo made. `XUNFANG_URL` with `XUNFANG_PASSWORD` uses a running one.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BINARY =
  process.env.XUNFANG_BIN ?? fileURLToPath(new URL('../../target/debug/xunfang', import.meta.url))
const STARTS_WITHIN_MS = 60_000

export interface Xunfang {
  url: string
  password(account: string): string
  stop(): Promise<void>
}

export async function startXunfang(): Promise<Xunfang> {
  const running = process.env.XUNFANG_URL
  if (running !== undefined) {
    const password = process.env.XUNFANG_PASSWORD ?? ''
    return { url: running, password: () => password, stop: () => Promise.resolve() }
  }
  const data = await mkdtemp(join(tmpdir(), 'xunfang-e2e-'))
  const child = spawn(
    BINARY,
    ['serve', '--demo', '--data', data, '--listen', '127.0.0.1:0', '--metrics', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const url = await address(child)
  const accounts = await readFile(join(data, 'accounts.txt'), 'utf8')
  return {
    url,
    password: (account) => {
      const found = new RegExp(`^\\s*${account}\\s+(\\S+)`, 'm').exec(accounts)?.[1]
      if (found === undefined) throw new Error(`no account ${account} in:\n${accounts}`)
      return found
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
      await rm(data, { recursive: true })
    },
  }
}

/** Reads what the server prints until it names its address. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`no address within ${STARTS_WITHIN_MS} ms:\n${said}`))
    }, STARTS_WITHIN_MS)
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before listening:\n${said}`)))
  })
}
