/** What was kept of a member, to begin with, and its end: with a sign-out, nothing of it stays. */
import type { Cursor, District, Incident, Member, Message, OnDuty, Snapshot } from '@/protocol'
import { isOpen } from '@/protocol'
import { commit, withDatabase, type Database, type Who } from './database'
import { ofMember } from './views'

/** As the server's snapshot has them: ended incidents for a day, and a channel's last messages. */
const ENDED_FOR_MS = 86_400_000
const MESSAGES = 50

export interface Kept {
  district: string
  cursor: Cursor
  /** When that was so. */
  at_ms: number
  snapshot: Snapshot
}

/** The state that was last seen; null when none was kept. Also lets others' states go. */
export function readKept(member: string, now_ms: number): Promise<Kept | null> {
  return withDatabase(async (db) => {
    await wipeOthers(db, member)
    const transaction = db.transaction(['views', 'cursors'])
    const views = transaction.objectStore('views')
    const read = async <T>(kind: string): Promise<T[]> =>
      (await views.getAll(IDBKeyRange.bound([member, kind], [member, kind, []]))) as T[]
    const [keys, places, incidents, on_duty, messages] = await Promise.all([
      transaction.objectStore('cursors').getAllKeys(ofMember(member)),
      transaction.objectStore('cursors').getAll(ofMember(member)),
      read<Incident>('incident'),
      read<OnDuty>('duty'),
      read<Message>('message'),
    ])
    const [place] = places
    const [key] = keys
    if (!place || !key) return null
    const { at_ms, ...cursor } = place
    const since_ms = now_ms - ENDED_FOR_MS
    const recent = incidents.filter(({ state, moved_ms }) => isOpen(state) || moved_ms > since_ms)
    const snapshot = { incidents: recent, on_duty, messages: lastOfEach(messages) }
    return { district: key[1], cursor, at_ms, snapshot }
  })
}

function lastOfEach(messages: Message[]): Message[] {
  const channels = new Map<string, Message[]>()
  for (const message of messages)
    channels.set(message.channel, [...(channels.get(message.channel) ?? []), message])
  return [...channels.values()].flatMap((said) =>
    said.sort((a, b) => a.at_ms - b.at_ms).slice(-MESSAGES),
  )
}

/** Who was last signed in, for a page that opens without a server. */
export async function lastWho(): Promise<Who | null> {
  return (await withDatabase((db) => db.get('who', 'last'))) ?? null
}

export async function keepWho(member: Member, districts: District[], at_ms: number): Promise<void> {
  await withDatabase((db) => db.put('who', { member, districts, at_ms }, 'last'))
}

/** Nobody is signed in: no state stays, of anybody. What is unsent waits for its user. */
export async function wipe(): Promise<void> {
  await withDatabase(async (db) => {
    const transaction = db.transaction(['views', 'cursors', 'fixes', 'reads', 'who'], 'readwrite')
    await commit(
      transaction,
      (['views', 'cursors', 'fixes', 'reads', 'who'] as const).map(
        (name) => () => transaction.objectStore(name).clear(),
      ),
    )
  })
}

async function wipeOthers(db: Database, member: string): Promise<void> {
  const who = await db.get('who', 'last')
  if (who && who.member.id !== member) await db.delete('who', 'last')
  const transaction = db.transaction(['views', 'cursors', 'fixes', 'reads'], 'readwrite')
  const others = [
    IDBKeyRange.upperBound([member], true),
    IDBKeyRange.lowerBound([member, []], true),
  ]
  await commit(
    transaction,
    (['views', 'cursors', 'fixes', 'reads'] as const).flatMap((name) =>
      others.map((range) => () => transaction.objectStore(name).delete(range)),
    ),
  )
}
