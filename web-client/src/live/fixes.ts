/**
 * Positions that the server doesn't have yet, kept over a reload. Bounded: without a link for long,
 * the oldest go first, and none stays for more than a day, which is when the server refuses it.
 */
import type { Fix } from '@/protocol'
import { commit, withDatabase } from './database'
import { ofMember } from './views'

/** A day at one fix each 15 s. */
export const MAX_KEPT = 5_760
export const KEPT_FOR_MS = 86_400_000

/** A member's, the oldest first; what is too old or too much is let go. */
export async function readFixes(member: string, now_ms: number): Promise<Fix[]> {
  const all = (await withDatabase((db) => db.getAll('fixes', ofMember(member)))) ?? []
  const fresh = bounded(all, now_ms)
  const wanted = new Set(fresh)
  if (fresh.length < all.length) {
    const late = all.filter((fix) => !wanted.has(fix))
    await dropFixes(member, late)
  }
  return fresh
}

export async function keepFix(member: string, fix: Fix): Promise<void> {
  await withDatabase((db) => db.put('fixes', fix, [member, fix.at_ms]))
}

/** These are at the server, too old, or not wanted any more. */
export async function dropFixes(member: string, fixes: Fix[]): Promise<void> {
  await withDatabase(async (db) => {
    const transaction = db.transaction('fixes', 'readwrite')
    await commit(
      transaction,
      fixes.map(
        ({ at_ms }) =>
          () =>
            transaction.store.delete([member, at_ms]),
      ),
    )
  })
}

export async function dropAllFixes(member: string): Promise<void> {
  await withDatabase((db) => db.delete('fixes', ofMember(member)))
}

/** The newest that may still be sent, in order. */
export function bounded(fixes: Fix[], now_ms: number): Fix[] {
  return fixes
    .filter(({ at_ms }) => now_ms - at_ms < KEPT_FOR_MS)
    .sort((a, b) => a.at_ms - b.at_ms)
    .slice(-MAX_KEPT)
}
