/** Times for which nodes stay and are away, from a file: seconds, one a line, between comments that begin with `#`. */

const MS_PER_SECOND = 1_000

/** In ms. Throws a RangeError if there is none, or a line is something else. */
export function readSessions(text: string): number[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const wrong = lines.find((line) => !(Number(line) > 0))
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is not a time in seconds`)
  if (lines.length === 0) throw new RangeError('there are no times in it')
  return lines.map((line) => Number(line) * MS_PER_SECOND)
}
