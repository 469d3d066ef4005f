/** Times as people read them, in the language of their browser. */
import { locale, t } from '../language/language.ts'

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })
const dayOfYear = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
const wholeDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' })
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

const DAY_MS = 24 * 3_600_000
const DAYS_BY_NAME = 6

/** Hours and minutes. Authors write any time, also such as no calendar has. */
export function clockTime(timeMs: number): string {
  return isTime(timeMs) ? clock.format(timeMs) : '–'
}

/** Day and time in full. */
export function fullTime(timeMs: number): string {
  return isTime(timeMs) ? whole.format(timeMs) : t('at an unknown time')
}

/** The same in figures, for a table. */
export function tableTime(timeMs: number): string {
  return isTime(timeMs) ? dateAndTime.format(timeMs) : '–'
}

/** The day in words: today, yesterday, a weekday, or a date. */
export function dayName(timeMs: number, nowMs: number): string {
  if (!isTime(timeMs)) return t('At an unknown time')
  const days = dayNumber(timeMs) - dayNumber(nowMs)
  if (days === 0 || days === -1) return capital(relative.format(days, 'day'))
  if (days < 0 && days >= -DAYS_BY_NAME) return weekday.format(timeMs)
  const isThisYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear()
  return (isThisYear ? dayOfYear : wholeDay).format(timeMs)
}

/** The time of today, or the day. */
export function shortTime(timeMs: number, nowMs: number): string {
  if (!isTime(timeMs)) return ''
  return dayNumber(timeMs) === dayNumber(nowMs) ? clock.format(timeMs) : shortDay.format(timeMs)
}

/** Whether two times are on one day here. */
export function isSameDay(aMs: number, bMs: number): boolean {
  return dayNumber(aMs) === dayNumber(bMs)
}

/** Days since 1970 in the time zone of the browser. */
function dayNumber(timeMs: number): number {
  const date = new Date(timeMs)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}

function isTime(timeMs: number): boolean {
  return !Number.isNaN(new Date(timeMs).getTime())
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
