/** When something was, in the words a person would use: "5 minutes ago", "yesterday", "Monday", "3 November". */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' })
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

/** A clock that was set back gives times in the future: those are "just now". */
export function relativeDate(atMs: number, nowMs: number): string {
  const agoMs = nowMs - atMs
  if (agoMs < MINUTE_MS) return 'just now'
  const at = new Date(atMs)
  const dayCount = daysBetween(at, new Date(nowMs))
  if (dayCount === 0 || agoMs < 3 * HOUR_MS) {
    return agoMs < HOUR_MS ? ago(agoMs / MINUTE_MS, 'minute') : ago(agoMs / HOUR_MS, 'hour')
  }
  if (dayCount === 1) return 'yesterday'
  if (dayCount < 7) return WEEKDAY.format(at)
  return (at.getFullYear() === new Date(nowMs).getFullYear() ? DAY : DAY_AND_YEAR).format(at)
}

const ago = (amount: number, unit: string): string => {
  const count = Math.floor(amount)
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`
}

/** Calendar days, local time; rounding takes the hour that daylight saving adds or drops. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date): number => new Date(date).setHours(0, 0, 0, 0)
  return Math.round((midnight(to) - midnight(from)) / DAY_MS)
}
