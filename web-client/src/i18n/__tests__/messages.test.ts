// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { messages } from '..'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`
    return typeof value === 'string' ? [[here, value] as [string, string]] : leaves(value, here)
  })
}

const zh = new Map(leaves(messages['zh-CN']))
const en = new Map(leaves(messages.en))
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort()

it('has every message in both languages, with the same blanks', () => {
  expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
  for (const [key, text] of zh) expect([key, holes(en.get(key) ?? '')]).toEqual([key, holes(text)])
})

it('leaves no message empty and no English one Chinese', () => {
  for (const [key, text] of [...zh, ...en]) expect(text.trim(), key).not.toBe('')
  for (const [key, text] of en)
    if (key !== 'language.zh-CN') expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false)
})

/** Every source file outside this folder, so that a message nobody says is found. */
const files = import.meta.glob<string>('../../**/*.{ts,vue}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const sources = Object.entries(files)
  .filter(([path]) => !path.startsWith('../') || path.startsWith('../../'))
  .filter(([path]) => !path.includes('/i18n/') && !path.includes('__tests__'))
  .map(([, text]) => text)
  .join('\n')

/** Every whole key that stands in the sources, wherever: in a call, a choice, a list. */
const quoted = new Set([...sources.matchAll(/'([\w.-]+)'/g)].map((found) => found[1] ?? ''))
/** What is put together, e.g. `state.${state}`: the fixed part before the first blank. */
const prefixes = new Set([...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1] ?? ''))
/** Every word that a variable part can be: a literal or a field, of the client or of generated types. */
const words = new Set(
  [/['"]([\w.?/-]+)['"]/g, /\b(\w+)\??:/g].flatMap((pattern) =>
    [...sources.matchAll(pattern)].map((found) => found[1] ?? ''),
  ),
)

it('says no message that does not exist', () => {
  const said = [...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((found) => found[1] ?? '')
  expect(said.length).toBeGreaterThan(100)
  expect(said.filter((key) => !zh.has(key))).toEqual([])
  // A key that stands in a choice, as in t(late ? 'a.b' : 'a.c'), looks like one of ours.
  const folders = new Set([...zh.keys()].map((key) => key.slice(0, key.lastIndexOf('.') + 1)))
  const looksLikeOne = (text: string) => folders.has(text.slice(0, text.lastIndexOf('.') + 1))
  const dotted = [...quoted].filter((text) => text.includes('.') && looksLikeOne(text))
  expect(dotted.filter((key) => !zh.has(key))).toEqual([])
  const called = [...sources.matchAll(/\bte?\(\s*`([\w.]+\.)\$\{/g)].map((found) => found[1] ?? '')
  for (const prefix of called)
    expect([...zh.keys()].filter((key) => key.startsWith(prefix)).length, prefix).not.toBe(0)
})

it('holds no message that nobody says', () => {
  const said = (key: string) =>
    quoted.has(key) ||
    [...prefixes].some((prefix) => key.startsWith(prefix) && words.has(variable(key, prefix)))
  expect([...zh.keys()].filter((key) => !said(key))).toEqual([])
})

/** The part of a key that is put in; a kind's dot is written as a line. */
function variable(key: string, prefix: string): string {
  const part = key.slice(prefix.length)
  return prefix === 'kind.' ? part.replace('_', '.') : part
}
