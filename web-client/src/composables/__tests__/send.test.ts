// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused, type Member, type Outcome, type Request } from '@/protocol'
import { useLink } from '@/stores/link'
import { useOutbox } from '@/stores/outbox'
import { useSession } from '@/stores/session'
import { useSend } from '../useSend'

const request: Request = { type: 'post_message', message: 'x', channel: 'c', body: 'b' }
const refused = new Refused({ code: 'forbidden', message: 'no' }, 'id')

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  useSession().member = { id: 'm' } as Member
})
afterEach(() => void vi.useRealTimers())

/** A send whose answer the test gives. */
function begin(live: boolean) {
  const outbox = useOutbox()
  useLink().status = live ? 'live' : 'reconnecting'
  let resolve!: (outcome: Outcome) => void
  let reject!: (reason: Error) => void
  const promise = new Promise<Outcome>((...both) => ([resolve, reject] = both))
  vi.spyOn(outbox, 'send').mockReturnValue(promise)
  const dismiss = vi.spyOn(outbox, 'dismiss').mockReturnValue()
  const sent = useSend().send(request)
  sent.catch(() => undefined)
  return { answer: { resolve, reject }, dismiss, sent }
}

describe('what was done is waited for', () => {
  it('while there is a link, for a moment', async () => {
    const { answer, sent } = begin(true)
    const outcome = {} as Outcome
    answer.resolve(outcome)
    expect(await sent).toBe(outcome)
    const late = begin(true)
    await vi.advanceTimersByTimeAsync(4_001)
    expect(await late.sent).toBeNull()
  })

  it('not at all without one', async () => {
    const { sent } = begin(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await sent).toBeNull()
  })

  it.each([
    ['here while somebody waits here', true, 0, 1],
    ['in the list afterwards', true, 5_000, 0],
    ['in the list when it went later', false, 5_000, 0],
  ])('and a refusal is told once, %s', async (_name, live, after_ms, dismissed) => {
    const { answer, dismiss, sent } = begin(live)
    await vi.advanceTimersByTimeAsync(after_ms)
    answer.reject(refused)
    if (after_ms === 0) await expect(sent).rejects.toBe(refused)
    else expect(await sent).toBeNull()
    expect(dismiss).toHaveBeenCalledTimes(dismissed)
  })
})
