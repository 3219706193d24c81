import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CALLED, legalSteps, OPEN, RULES } from '../incident-steps'

const rust = readFileSync(
  new URL('../../../../src/domain/incident/state.rs', import.meta.url),
  'utf8',
)

const snake = (name: string) => name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase()
const names = (list: string) =>
  [...list.matchAll(/S::(\w+)/g)].map((found) => snake(found[1] ?? ''))
const stepName = (name: string) => (name === 'ToPolice' ? 'to_110' : snake(name))

it('has the rules of the server, in its order', () => {
  const sets: Record<string, readonly string[]> = { OPEN, CALLED }
  for (const [name, mine] of Object.entries(sets)) {
    const theirs = new RegExp(`const ${name}: &\\[S\\] = &\\[([^\\]]*)\\]`).exec(rust)?.[1] ?? ''
    expect(mine).toEqual(names(theirs))
  }
  const table = /RULES: &\[Rule\] = &\[([\s\S]*?)\n\];/.exec(rust)?.[1] ?? ''
  const theirs = [
    ...table.matchAll(/(rule|side)\((&\[[^\]]*\]|\w+), Step::(\w+)(?:, S::(\w+))?\)/g),
  ]
  expect(theirs.length).toBeGreaterThan(20)
  expect(RULES).toEqual(
    theirs.map(([, , from = '', step = '', to]) => [
      sets[from] ?? names(from),
      stepName(step),
      to === undefined ? null : snake(to),
    ]),
  )
})

it('offers only the ways out of a suspension while suspended', () => {
  const flags = {
    drill: false,
    sos: false,
    sos_withdrawn: false,
    escalated: false,
    doubtful: false,
    suspended: true,
    review_ms: null,
    handed_off_to: null,
    to_110: null,
    merged_into: null,
  }
  expect(legalSteps({ state: 'accepted', flags })).toEqual([
    'merge',
    'escalate',
    'to_110',
    'resume',
  ])
  expect(legalSteps({ state: 'accepted', flags: { ...flags, suspended: false } })[0]).toBe(
    'dispatch',
  )
})
