/**
 * Fixes of this phone that the server doesn't have: sent as they come, and those taken without a
 * link when it is back, after a reload too. The newest go first: they say where somebody is.
 */
import { bounded, dropAllFixes, dropFixes, keepFix, readFixes } from '@/live'
import { MAX_FIXES, type Fix } from '@/protocol'
import { useLink } from './link'
import { useSession } from './session'

/** Not more often than this: a phone's GPS may fire every 100 ms. */
const SEND_EVERY_MS = 3_000
/** Of three that wait, the outer two are this far apart: enough for a track. */
const APART_MS = 10_000

export function useUnsentFixes() {
  const link = useLink()
  const session = useSession()
  let member: string | undefined
  let unsent: Fix[] = []
  let kept = new Set<number>()
  let sending = false
  let sent_ms = 0
  let later: ReturnType<typeof setTimeout> | undefined

  /** Takes up what an earlier page left. */
  function begin(): void {
    member = session.member?.id
    const of = member
    if (of === undefined) return
    void readFixes(of, Date.now()).then((left) => {
      if (of !== member) return
      for (const { at_ms } of left) kept.add(at_ms)
      const known = new Set(unsent.map(({ at_ms }) => at_ms))
      unsent = bounded([...left.filter(({ at_ms }) => !known.has(at_ms)), ...unsent], Date.now())
      void send()
    })
  }

  function add(taken: Fix): void {
    const last = unsent.at(-1)
    if (last?.at_ms === taken.at_ms) return
    const before = unsent.at(-2)
    // The last one is better than one a moment before it.
    if (last && before && !sending && taken.at_ms - before.at_ms < APART_MS) drop([last])
    unsent = bounded([...unsent, taken], Date.now())
    if (link.status !== 'live') keep(unsent.slice(-2))
    void send()
  }

  /** Sends what waits, or does so when it may: the last fix is never left behind. */
  async function send(): Promise<void> {
    clearTimeout(later)
    if (sending || unsent.length === 0) return
    const wait_ms = sent_ms + SEND_EVERY_MS - Date.now()
    if (wait_ms > 0) {
      later = setTimeout(() => void send(), wait_ms)
      return
    }
    const of = member
    const batch = unsent.slice(-MAX_FIXES)
    sending = true
    sent_ms = Date.now()
    const taken = await link.sendFixes(batch)
    sending = false
    if (of !== member) return
    if (taken) drop(batch)
    else keep(batch)
    if (unsent.length > 0) later = setTimeout(() => void send(), SEND_EVERY_MS)
  }

  function keep(fixes: Fix[]): void {
    for (const fix of fixes) {
      if (member === undefined || kept.has(fix.at_ms)) continue
      kept.add(fix.at_ms)
      void keepFix(member, fix)
    }
  }

  function drop(fixes: Fix[]): void {
    const gone = new Set(fixes.map(({ at_ms }) => at_ms))
    unsent = unsent.filter(({ at_ms }) => !gone.has(at_ms))
    const stored = fixes.filter(({ at_ms }) => kept.delete(at_ms))
    if (member !== undefined && stored.length > 0) void dropFixes(member, stored)
  }

  /** The consent that they needed is over, or the shift is. */
  function forget(): void {
    clearTimeout(later)
    if (member !== undefined) void dropAllFixes(member)
    member = undefined
    unsent = []
    kept = new Set()
  }

  return { begin, add, forget }
}
