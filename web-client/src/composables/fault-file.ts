/** Row errors as a file for whoever corrects the source: CSV that a spreadsheet opens in UTF-8. */

const MARK = '\uFEFF'
/** A cell that begins so would be run as a formula. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: string | number): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function faultFile(header: string[], rows: (string | number)[][]): Blob {
  const lines = [header, ...rows].map((row) => row.map(cell).join(','))
  return new Blob([MARK, lines.join('\r\n'), '\r\n'], { type: 'text/csv;charset=utf-8' })
}
