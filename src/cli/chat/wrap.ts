/** Text of any script in rows of a terminal. */
import { graphemes, width } from '../text.ts'

/** Does not begin a row, or does not end one. */
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}]/u
const OPENING = /^[\p{Ps}\p{Pi}]/u

/** Has spaces between words. */
const HANGUL = /^\p{Script=Hangul}/u

const SPACE = /^[ \u3000]/
const LINK = /^[a-z][a-z\d+.-]*:\S*$/i

/**
 * Breaks a line at spaces, or between wide characters, and a word that is wider than a row anywhere. A link stays
 * whole, so that it can be copied and clicked, and may be wider than `columns`, in a row of its own; unless all rows have
 * to fit.
 */
export function wrap(line: string, columns: number, isAllToFit = false): string[] {
  const rows: string[] = []
  let text = ''
  for (const part of line.split(/( +)/)) {
    const isLongLink = !isAllToFit && part.length > columns && LINK.test(part) && width(part) > columns
    if (!isLongLink) text += part
    else {
      if (text.trim() !== '') rows.push(...wrapWords(text.trimEnd(), columns))
      rows.push(part)
      text = ''
    }
  }
  // What stood between a link and this was only the space of a break.
  if (rows.length > 0) text = text.trim()
  return text !== '' || rows.length === 0 ? [...rows, ...wrapWords(text, columns)] : rows
}

/** How many rows a terminal fills with a line that is `columns` wide at most, the one where the cursor then is included. */
export function rowsOf(line: string, columns: number): number {
  let rows = 1
  let column = 0
  for (const grapheme of graphemes(line)) {
    const wide = width(grapheme)
    if (column + wide > columns) [rows, column] = [rows + 1, 0]
    column += wide
  }
  // The cursor is in the next row by then.
  return column === columns ? rows + 1 : rows
}

function wrapWords(text: string, columns: number): string[] {
  if (text.length <= columns && width(text) <= columns && !/\p{Emoji_Presentation}/u.test(text)) return [text]
  const rows: string[] = []
  let row: string[] = []
  let rowColumns = 0
  /** Where the row may end, as an index into it; 0 if nowhere. */
  let breakAt = 0
  let wasBroken = false
  for (const grapheme of graphemes(text)) {
    const columnsOfIt = mostColumns(grapheme)
    const isSpace = SPACE.test(grapheme)
    if (wasBroken && isSpace && row.length === 0) continue
    const before = row.at(-1) ?? ''
    const isAtWide = isIdeographic(grapheme) || isIdeographic(before)
    if (row.length > 0 && isAtWide && !isSpace && !CLOSING.test(grapheme) && !OPENING.test(before)) breakAt = row.length
    if (rowColumns + columnsOfIt > columns && row.length > 0) {
      const end = isSpace || breakAt === 0 ? row.length : breakAt
      rows.push(row.slice(0, end).join('').trimEnd())
      row = row.slice(end)
      rowColumns = row.reduce((columns, each) => columns + mostColumns(each), 0)
      breakAt = 0
      wasBroken = true
      if (isSpace) continue
    }
    row.push(grapheme)
    rowColumns += columnsOfIt
    // Indentation is no place to break.
    if (isSpace && row.some((each) => !SPACE.test(each))) breakAt = row.length
  }
  if (row.length > 0) rows.push(row.join(''))
  return rows
}

/** Wide, and of a script without spaces between words, or a picture. */
function isIdeographic(grapheme: string): boolean {
  return width(grapheme) > 1 && !HANGUL.test(grapheme)
}

/** A terminal may show the parts of a picture one by one. */
function mostColumns(grapheme: string): number {
  if (grapheme.length === 1) return width(grapheme)
  return Math.max(
    width(grapheme),
    Array.from(grapheme).reduce((columns, part) => columns + width(part), 0),
  )
}
