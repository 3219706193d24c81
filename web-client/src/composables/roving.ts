/** Moves the focus among the rows of a list; rows are marked with `data-row`. */
const ROW = '[data-row]'

/** The row `by` places from the focused one, else from the chosen one, else the first. */
export function focusRow(list: Element | null, by: number): void {
  if (!list) return
  const rows = [...list.querySelectorAll<HTMLElement>(ROW)]
  const focused = rows.findIndex((row) => row === document.activeElement)
  const at = focused >= 0 ? focused : rows.findIndex((row) => row.ariaPressed === 'true')
  const next = at < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + by))]
  next?.focus({ focusVisible: true })
  next?.scrollIntoView({ block: 'nearest' })
}

/** The first thing inside that can be pressed or filled in. */
export function focusFirst(place: Element | null | undefined): void {
  place
    ?.querySelector<HTMLElement>(
      'button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]',
    )
    ?.focus({ focusVisible: true })
}
