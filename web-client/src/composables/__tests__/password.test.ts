import { expect, test } from 'vitest'
import { isStrong } from '../password'

test.each([
  ['Xunfang-2026', true],
  ['巡防巡防巡防巡防Ab1', true],
  ['short-A1', false],
  ['alllowercaseletters', false],
  ['lowercase12345', false],
  ['Aa1-'.repeat(60), false],
])('%s: %s, as the server has it', (password, strong) => {
  expect(isStrong(password)).toBe(strong)
})
