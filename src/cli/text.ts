/** Text for a terminal: sanitising what other users wrote; times, sizes and tables. */

import { grouped } from '../grouped.ts'
import { shownName } from '../names.ts'

/**
 * Control characters, which a terminal obeys (colours, cursor, title, clipboard), and characters that
 * change the writing direction or start a new line, with which a text can impersonate another.
 */
const HARMFUL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Text is not aligned by the columns of a terminal. */
const TAB = '    '

const DAY_NAME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full' })

/** One line of text by another user, without characters that a terminal obeys. */
export function clean(text: string): string {
  return text.replaceAll(/[\t\n\r\u2028\u2029]+/gu, ' ').replaceAll(HARMFUL, '')
}

/** Like `clean`, but keeps line breaks, each followed by `indent`. */
export function cleanLines(text: string, indent = ''): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => clean(line.replaceAll('\t', TAB)))
    .join(`\n${indent}`)
}

/** A JSON value on one line without control characters: JSON itself does not escape DEL and the C1 controls. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    HARMFUL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Local time as HH:MM, preceded by the date if it differs from that of `nowMs`. */
export function clockTime(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs)
  if (Number.isNaN(time.getTime())) return '--:--'
  const clock = `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`
  return day(time) === day(new Date(nowMs)) ? clock : `${day(time)} ${clock}`
}

/** For example `Monday, 30 November 2026`, in local time. */
export function dayName(timeMs: number): string {
  return DAY_NAME.format(timeMs)
}

function day(time: Date): string {
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** A number of bytes, for people. */
export function fileSize(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  let size = sizeBytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 || size >= 100 ? grouped(Math.round(size)) : size.toFixed(1)} ${units[unit] ?? ''}`
}

/** The name of a file as it is shown; that of a folder ends in a slash. */
export function fileName({ name, type, id }: { name: string; type: 'file' | 'folder'; id: string }): string {
  const shown = shownName(name) || shortId(id)
  return type === 'folder' ? `${shown}/` : shown
}

/** A time span in at most two units, for people. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Digits in groups of five, which people read aloud. */
export function inGroups(digits: string): string {
  return (digits.match(/.{1,5}/g) ?? []).join(' ')
}

/** A count with its noun, in the plural where needed. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** What a person takes for one character, each of which a terminal shows whole. */
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
/** Marks, joiners and the like, and the parts of a Korean syllable behind its first. */
const NO_WIDTH = /[\p{Mark}\p{Cf}\u1160-\u11ff]/u
/** Several that are shown as one picture. */
const EMOJI = /^(?:\p{RI}\p{RI}|\p{Emoji}\p{EMod}|\p{Extended_Pictographic}.*(?:\u200d|\ufe0f))/u

/** The characters of a text as people count them. */
export function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment)
}

/** Width of a line without colours, in columns; wide characters (East Asian, emoji) count as two. */
export function width(line: string): number {
  // Most are plain, and need not be taken apart.
  if (/^[\x20-\x7e]*$/.test(line)) return line.length
  return graphemes(line).reduce((columns, grapheme) => columns + graphemeWidth(grapheme), 0)
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI.test(grapheme)) return 2
  let columns = 0
  for (const character of grapheme) {
    if (!NO_WIDTH.test(character)) columns += WIDE.test(character) ? 2 : 1
  }
  return columns
}

/** Cuts a line that is wider than `columns`. */
export function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line
  let kept = ''
  let keptColumns = 0
  for (const grapheme of graphemes(line)) {
    keptColumns += width(grapheme)
    if (keptColumns >= columns) break
    kept += grapheme
  }
  return `${kept}…`
}

/** Pads with spaces to `columns`. */
export function pad(line: string, columns: number): string {
  return line + ' '.repeat(Math.max(0, columns - width(line)))
}

/** Rows with aligned columns, two spaces apart; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell))
  }
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Label and value pairs, aligned and indented by two; an empty label continues the one above. */
export function fields(pairs: readonly (readonly [label: string, value: string])[]): string[] {
  return table(pairs).map((line) => `  ${line}`)
}

/** A shell word, quoted if a shell would split or interpret it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** The end of a peer id or CID, short enough for a line: all of them begin alike. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `…${id.slice(-8)}`
}
