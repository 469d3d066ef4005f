/** User input in error messages. */
import { escaped } from '../names.ts'

/** Longer than any room id or name. */
const MAX_QUOTED_LENGTH = 80

/** User input for an error message: short, and on one line. */
export function quoted(text: string): string {
  const line = escaped(text.slice(0, MAX_QUOTED_LENGTH).replaceAll(/\s+/g, ' '))
  const isCut = text.length > MAX_QUOTED_LENGTH || line.length > MAX_QUOTED_LENGTH
  return isCut ? `'${line.slice(0, MAX_QUOTED_LENGTH)}…'` : `'${line}'`
}
