/**
 * The browser's own database of this installation: what a member saw, how far that is, and what
 * they did. Everything in it belongs to a member. Without one (private mode, no room) all works
 * from memory, and `storage` says so.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Cursor, District, Fix, Member } from '@/protocol'
import type { Item } from './outbox-item'

/**
 * How well it keeps: `private` in memory only, `full` no room for more, `evicted` the browser threw
 * away what was kept, `unpersisted` it may do so.
 */
export type StorageState = 'ok' | 'private' | 'full' | 'evicted' | 'unpersisted'

export type RowKind = 'duty' | 'incident' | 'message'
export interface Row {
  kind: RowKind
  id: string
  value: unknown
}
export interface Who {
  member: Member
  districts: District[]
  at_ms: number
}
export interface Place extends Cursor {
  at_ms: number
}

export interface Tables extends DBSchema {
  views: { key: [string, RowKind, string]; value: unknown }
  cursors: { key: [string, string]; value: Place }
  outbox: { key: string; value: Item; indexes: { member: string } }
  done: { key: string; value: Item; indexes: { member: string } }
  fixes: { key: [string, number]; value: Fix }
  reads: { key: [string, string]; value: unknown }
  who: { key: 'last'; value: Who }
}
export type Database = IDBPDatabase<Tables>

const NAME = 'xunfang'
const VERSION = 1
/** Beside the database, so that its loss can be told from a first visit. */
const MARK = 'xunfang.kept'

let opening: Promise<Database | null> | null = null
let state: StorageState = 'ok'
/** What it is while nothing fails. */
let usual: StorageState = 'ok'
const listeners = new Set<(state: StorageState) => void>()

/** Hears how well things are kept, from now on and at once; answers with the end of that. */
export function onStorage(hear: (state: StorageState) => void): () => void {
  listeners.add(hear)
  hear(state)
  return () => listeners.delete(hear)
}

function say(next: StorageState): void {
  state = next
  for (const hear of listeners) hear(next)
}

/** The database, opened once; null when the browser gives none. */
export function database(): Promise<Database | null> {
  opening ??= open().catch(() => {
    say('private')
    return null
  })
  return opening
}

async function open(): Promise<Database> {
  if (typeof indexedDB === 'undefined') throw new Error('no IndexedDB')
  const fresh = { made: false }
  const opened = await openDB<Tables>(NAME, VERSION, {
    upgrade(db) {
      fresh.made = true
      db.createObjectStore('views')
      db.createObjectStore('cursors')
      for (const name of ['outbox', 'done'] as const)
        db.createObjectStore(name, { keyPath: 'id' }).createIndex('member', 'member')
      db.createObjectStore('fixes')
      db.createObjectStore('reads')
      db.createObjectStore('who')
    },
    // A later version of this page waits for it.
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    terminated: () => (opening = null),
  })
  usual = fresh.made && marked() ? 'evicted' : (await persisted()) ? 'ok' : 'unpersisted'
  say(usual)
  mark()
  return opened
}

/** The browser's promise, where it has such a thing: not without a secure context. */
const manager = (): StorageManager | undefined =>
  typeof navigator !== 'undefined' && 'storage' in navigator ? navigator.storage : undefined

/** Asks the browser not to throw things away; it may ask its user. */
export async function askToPersist(): Promise<void> {
  const kept = await manager()
    ?.persist()
    .catch(() => false)
  if (!kept || usual !== 'unpersisted') return
  usual = 'ok'
  if (state === 'unpersisted') say('ok')
}

async function persisted(): Promise<boolean> {
  const kept = await manager()
    ?.persisted()
    .catch(() => false)
  return kept ?? false
}

/** Does it if there is a database; what fails leaves memory as the only place, and is said. */
export async function withDatabase<T>(action: (db: Database) => Promise<T>): Promise<T | null> {
  const db = await database()
  if (!db) return null
  try {
    const done = await action(db)
    if (state === 'full') say(usual)
    return done
  } catch (error) {
    // The connection closed under it: the next one opens anew.
    if (error instanceof DOMException && error.name === 'InvalidStateError') opening = null
    // No room, or a disk that fails: either way nothing more is kept.
    else say('full')
    return null
  }
}

interface Transaction {
  done: Promise<void>
  abort(): void
}

/** Ends when all of it is on disk; nothing of it is, when any part fails. */
export async function commit(transaction: Transaction, writes: (() => Promise<unknown>)[]) {
  const begun: Promise<unknown>[] = [transaction.done]
  try {
    for (const write of writes) begun.push(write())
    await Promise.all(begun)
  } catch (error) {
    for (const one of begun) one.catch(() => undefined)
    try {
      transaction.abort()
    } catch {
      // It has ended by itself.
    }
    throw error
  }
}

/** For tests: as a page that was just opened. */
export function forgetConnection(): void {
  opening = null
  state = usual = 'ok'
}

function marked(): boolean {
  try {
    return localStorage.getItem(MARK) !== null
  } catch {
    return false
  }
}

function mark(): void {
  try {
    localStorage.setItem(MARK, '1')
  } catch {
    // Only the warning is lost.
  }
}
