/** Text that somebody typed, as error messages show it. */

/** Longer than any room id or name. */
const MAX_QUOTED_LENGTH = 80

/** What a user typed, for an error line: short, and on one line. */
export function quoted(text: string): string {
  const line = text.slice(0, MAX_QUOTED_LENGTH).replaceAll(/\s+/g, ' ')
  return text.length > MAX_QUOTED_LENGTH ? `'${line}…'` : `'${line}'`
}
