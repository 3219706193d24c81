/**
 * The state that a member sees, kept with its cursor: what a frame changes and where it brings the
 * district go into one transaction, so that a page that dies between two frames goes on from
 * exactly what is kept. Frames that come while one is being written go into the next together.
 */
import type { Cursor } from '@/protocol'
import { commit, withDatabase, type Database, type Row, type RowKind } from './database'

/** What one frame changes: rows as they are now, and rows that are no more. */
export interface Change {
  put?: Row[]
  drop?: { kind: RowKind; id: string }[]
}
interface Batch {
  district: string
  /** The place that its first frame follows; null for a new state as a whole. */
  prev: number | null
  cursor: Cursor
  rows: Map<string, Row>
}

export class Views {
  private member: string | null = null
  private batch: Batch | null = null
  private writing: Promise<void> | null = null

  /** `whole` says all that is seen now; `now` tells the time, in ms. */
  constructor(
    private readonly whole: () => Row[],
    private readonly now: () => number,
  ) {}

  /** Keeps for this member from now on, or for nobody. */
  of(member: string | null): void {
    if (member !== this.member) this.batch = null
    this.member = member
  }

  /** The district's state is another as a whole. */
  reset(district: string, cursor: Cursor): void {
    this.batch = { district, prev: null, cursor, rows: new Map() }
    this.write()
  }

  /** A frame that follows `prev` brought the district here. */
  moved(district: string, prev: number, cursor: Cursor, { put = [], drop = [] }: Change): void {
    if (this.batch?.district !== district) this.batch = null
    const batch = this.batch ?? { district, prev, cursor, rows: new Map<string, Row>() }
    for (const row of put) batch.rows.set(`${row.kind} ${row.id}`, row)
    for (const { kind, id } of drop) batch.rows.set(`${kind} ${id}`, { kind, id, value: null })
    this.batch = { ...batch, cursor }
    this.write()
  }

  /** Ends when all is written that came before. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing
  }

  private write(): void {
    this.writing ??= this.drain().finally(() => (this.writing = null))
  }

  private async drain(): Promise<void> {
    for (let batch = this.batch; batch; batch = this.batch) {
      const { member } = this
      if (member === null) return
      this.batch = null
      await withDatabase((db) => this.keep(db, member, batch))
    }
  }

  private async keep(db: Database, member: string, batch: Batch): Promise<void> {
    const { district, prev, cursor, rows } = batch
    const transaction = db.transaction(['views', 'cursors'], 'readwrite')
    const views = transaction.objectStore('views')
    const cursors = transaction.objectStore('cursors')
    const kept = await cursors.get([member, district])
    const same = kept?.epoch === cursor.epoch && kept.sight === cursor.sight
    // Another tab is ahead: its rows are newer than these. Signed out meanwhile: nothing is kept.
    if ((same && kept.seq >= cursor.seq) || this.member !== member) return
    const anew = prev === null || !same || kept.seq < prev
    const written = anew ? this.whole() : [...rows.values()]
    await commit(transaction, [
      ...(anew
        ? [() => views.delete(ofMember(member)), () => cursors.delete(ofMember(member))]
        : []),
      ...written.map(({ kind, id, value }) => () => {
        const key: [string, RowKind, string] = [member, kind, id]
        return value === null ? views.delete(key) : views.put(value, key)
      }),
      () => cursors.put({ ...cursor, at_ms: this.now() }, [member, district]),
    ])
  }
}

/** All rows whose key begins with this member. */
export const ofMember = (member: string): IDBKeyRange => IDBKeyRange.bound([member], [member, []])
