/** What was read over HTTP and seldom changes, so that a page that opens without a server knows it. */
import { withDatabase } from './database'

export async function keepRead(member: string, name: string, value: unknown): Promise<void> {
  await withDatabase((db) => db.put('reads', value, [member, name]))
}

/** What was last read; undefined when nothing was. */
export async function lastRead(member: string, name: string): Promise<unknown> {
  return (await withDatabase((db) => db.get('reads', [member, name]))) ?? undefined
}
