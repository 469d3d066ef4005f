/** What a name looks like, so that two members who could be taken for each other are told apart. */
import unhomoglyph from 'unhomoglyph'
import { foldedName } from '../names.ts'

/**
 * What a name looks like, with and without its capitals; two names that have one of these in common look
 * alike. Both are skeletons as Unicode's TR39 defines them: `Ivan` is like `lvan` as it is written, and
 * like `IVAN` without capitals. Empty for a name without anything to see.
 */
export function looksOf(name: string): string[] {
  const text = foldedName(name.normalize('NFKC'))
  return text === '' ? [] : [...new Set([skeleton(text), skeleton(withoutCase(text))])]
}

function skeleton(text: string): string {
  return withoutCase(unhomoglyph(text.normalize('NFD'))).normalize('NFD')
}

/** Upper case first, which makes `ss` of `ß`, as Unicode's case folding does. */
function withoutCase(text: string): string {
  return text.toUpperCase().toLowerCase()
}
