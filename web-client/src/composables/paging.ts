/** Pages of a list: one that is here whole, or one that the server cuts. */

export interface Page<T> {
  items: T[]
  /** What to ask for the next page with; null at the end. */
  next: string | null
}

/** All of a list that is short, page by page. */
export async function everyPage<T>(ask: (after?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let after: string | undefined
  do {
    const page = await ask(after)
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return items
}

/** Rows of a page: one screen of a console. */
export const PAGE_ROWS = 50

/** The page of a whole list that begins at `after`, among the items that hold what is sought. */
export function pageOf<T>(
  all: readonly T[],
  holds: (item: T) => boolean,
  after: string | null,
): Page<T> & { total: number } {
  const found = all.filter(holds)
  const from = Number(after ?? 0)
  const to = from + PAGE_ROWS
  return {
    items: found.slice(from, to),
    next: to < found.length ? String(to) : null,
    total: found.length,
  }
}
