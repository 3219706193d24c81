/**
 * How long a frame of 10,000 units takes in real Chromium. Run by `make bench`, not by the tests:
 * times are the machine's. With `XUNFANG_BENCH_OUT` the report goes to that file as JSON.
 */
import { expect, test } from '@playwright/test'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'
import { briefs, positionFrame } from './crowd'
import type { Times } from './decode-entry'

const UNITS = 10_000
const STEPS = 8
const ROUNDS = 250
/** The first frames run before the browser has compiled the code; they are told apart. */
const COLD = 50
const PAUSE_MS = 10
const GOAL_MS = 2

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias: { '@': path('../src') } },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: path('./decode-entry.ts'), formats: ['iife'], name: 'decodeEntry' },
    },
  })) as Rolldown.RolldownOutput[]
  const code = built[0]?.output[0].code
  if (code === undefined) throw new Error('nothing was built')
  return code
}

const at = (sorted: number[], share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN

function figures(name: string, all: number[]): Record<string, number> {
  const warm = all.slice(COLD).sort((a, b) => a - b)
  return {
    [`${name}_p50_ms`]: at(warm, 0.5),
    [`${name}_p99_ms`]: at(warm, 0.99),
    [`${name}_first_ms`]: all[0] ?? NaN,
  }
}

test('a frame of ten thousand units', async ({ page, browser }) => {
  const frames = Array.from({ length: STEPS }, (_, step) =>
    positionFrame(UNITS, step + 1, 1_795_000_000_000 + step * 1000).toString('base64'),
  )
  await page.addScriptTag({ content: await bundle() })
  const times = await page.evaluate(
    (work) => (window as unknown as { measure: (w: typeof work) => Promise<Times> }).measure(work),
    { members: briefs(UNITS), frames, rounds: ROUNDS, pause_ms: PAUSE_MS },
  )
  expect(times.decode_ms).toHaveLength(ROUNDS)
  const found = {
    ...figures('decode', times.decode_ms),
    ...figures('taken_in', times.taken_in_ms),
  }
  const goal = (what: string, figure = NaN) => ({
    what: `a frame of 10,000 units ${what}, median`,
    goal: `< ${GOAL_MS} ms`,
    figure,
    met: figure < GOAL_MS,
  })
  const report = {
    bench: 'decode',
    target: 'xunfang',
    browser: `Chromium ${browser.version()}`,
    goals: [
      goal('decoded', found.decode_p50_ms),
      goal('decoded, named and merged', found.taken_in_p50_ms),
    ],
    figures: found,
    faults: [],
  }
  const out = process.env.XUNFANG_BENCH_OUT
  const text = JSON.stringify(report)
  if (out === undefined) process.stdout.write(`${text}\n`)
  else await writeFile(out, `${text}\n`)
})
