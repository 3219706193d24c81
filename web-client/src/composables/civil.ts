/** Civil dates, times and ISO weeks in a district's zone. */

interface Civil {
  year: string
  month: string
  day: string
  hour: string
  minute: string
  second: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

function civil(at_ms: number, timezone: string): Civil {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(timezone, format)
  }
  const parts = format.formatToParts(at_ms).map(({ type, value }) => [type, value])
  return Object.fromEntries(parts) as Civil
}

/** `2026-11-24 20:05`. */
export function dateTime(at_ms: number, timezone: string): string {
  const { year, month, day, hour, minute } = civil(at_ms, timezone)
  return `${year}-${month}-${day} ${hour}:${minute}`
}

/** `20:05` today, `11-24 20:05` on another day. */
export function shortTime(at_ms: number, now_ms: number, timezone: string): string {
  const full = dateTime(at_ms, timezone)
  return full.slice(0, 10) === dateTime(now_ms, timezone).slice(0, 10)
    ? full.slice(11)
    : full.slice(5)
}

/** `20:05:31`. */
export function clockTime(at_ms: number, timezone: string): string {
  const { hour, minute, second } = civil(at_ms, timezone)
  return `${hour}:${minute}:${second}`
}

/** The weekday, 1 for Monday to 7 for Sunday, and the minute after local midnight. */
export function dayMinute(at_ms: number, timezone: string): { weekday: number; minute: number } {
  const { year, month, day, hour, minute } = civil(at_ms, timezone)
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return { weekday: date.getUTCDay() || 7, minute: Number(hour) * 60 + Number(minute) }
}

/** `2026-W48`: weeks run Monday to Sunday, and belong to the year of their Thursday. */
export function isoWeek(at_ms: number, timezone: string): string {
  const { year, month, day } = civil(at_ms, timezone)
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const weekday = date.getUTCDay() || 7
  date.setUTCDate(date.getUTCDate() + 4 - weekday)
  const firstDay = Date.UTC(date.getUTCFullYear(), 0, 1)
  const week = Math.floor((date.getTime() - firstDay) / 86_400_000 / 7) + 1
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}
