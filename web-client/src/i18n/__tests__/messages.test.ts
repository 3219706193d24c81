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

it('says no message that does not exist, and holds none that nobody says', () => {
  const said = [...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((found) => found[1] ?? '')
  expect(said.length).toBeGreaterThan(100)
  expect(said.filter((key) => !zh.has(key))).toEqual([])
  const prefixes = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1] ?? '')
  const quoted = new Set([...sources.matchAll(/'([\w.-]+)'/g)].map((found) => found[1]))
  const unsaid = [...zh.keys()].filter(
    (key) => !quoted.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
  )
  expect(unsaid).toEqual([])
})
