/** Spans of time as people type them: `12h`, `90d`, `4 weeks`, `1y`. */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS, y: 365 * DAY_MS }
const SPAN = /^(\d{1,9})\s*(h|hours?|d|days?|w|weeks?|y|years?)$/

/** In milliseconds, above 0; undefined for any other text. */
export function timeSpanMs(text: string): number | undefined {
  const [, amount = '', unit = ''] = SPAN.exec(text.trim().toLowerCase().replaceAll(/[,_]/g, '')) ?? []
  const spanMs = Number(amount) * (UNITS_MS[unit.slice(0, 1)] ?? 0)
  return spanMs > 0 && Number.isSafeInteger(spanMs) ? spanMs : undefined
}
