/** Where the outbox is kept. Each change is one transaction that is on disk before it ends. */
import { commit, withDatabase } from './database'
import { fromStorage, OFFER_FOR_MS, type Item } from './outbox-item'

const STRICT = { durability: 'strict' } as const

/** All of a member; what was delivered too long ago is let go. Null when nothing can be read. */
export function readItems(member: string, now_ms: number): Promise<Item[] | null> {
  return withDatabase(async (db) => {
    const transaction = db.transaction(['outbox', 'done'], 'readwrite')
    const done = transaction.objectStore('done')
    const [open, delivered] = await Promise.all([
      transaction.objectStore('outbox').index('member').getAll(member),
      done.index('member').getAll(member),
    ])
    const old = ({ delivered_ms }: Item) => now_ms - (delivered_ms ?? 0) > OFFER_FOR_MS
    await commit(
      transaction,
      delivered.filter(old).map(
        ({ id }) =>
          () =>
            done.delete(id),
      ),
    )
    return [...open.map((item) => fromStorage(item, now_ms)), ...delivered.filter((i) => !old(i))]
  })
}

/** Keeps an item where its state belongs, and nowhere else. */
export async function keepItem(item: Item): Promise<void> {
  const [into, from] =
    item.state === 'delivered' ? (['done', 'outbox'] as const) : (['outbox', 'done'] as const)
  await withDatabase(async (db) => {
    const transaction = db.transaction(['outbox', 'done'], 'readwrite', STRICT)
    await commit(transaction, [
      () => transaction.objectStore(into).put(item),
      () => transaction.objectStore(from).delete(item.id),
    ])
  })
}

export async function dropItem(id: string): Promise<void> {
  await withDatabase(async (db) => {
    const transaction = db.transaction(['outbox', 'done'], 'readwrite', STRICT)
    await commit(transaction, [
      () => transaction.objectStore('outbox').delete(id),
      () => transaction.objectStore('done').delete(id),
    ])
  })
}
