import { expect, it } from 'vitest'
import { Pace } from '../pace'

/** The server allows 200 at once and 50 a second. */
it('stays below what the server allows, however long the outbox is', () => {
  const pace = new Pace()
  let sent = 0
  for (let now_ms = 0; now_ms <= 10_000; now_ms += 5) if (pace.take(now_ms) === 0) sent += 1
  expect(sent).toBeGreaterThan(400)
  expect(sent).toBeLessThanOrEqual(100 + 40 * 10)
})
