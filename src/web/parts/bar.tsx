/** How far something has got. */
import type { JSX } from 'preact'
import { locale } from '../language/language.ts'

const numbers = new Intl.NumberFormat(locale)

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
