/** How far something has got. */
import type { JSX } from 'preact'

const numbers = new Intl.NumberFormat()

/** A count as people read it. */
export function counted(count: number): string {
  return numbers.format(count)
}

/** A bar with words. */
export function Bar({ have, known, words }: { have: number; known: number; words: string }): JSX.Element {
  return (
    <div class="bar">
      <span>{words}</span>
      <progress max={Math.max(known, 1)} value={have} aria-label={words} />
    </div>
  )
}
