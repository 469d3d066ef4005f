/** What a name looks like, so that two members who could be taken for each other are told apart. */
import unhomoglyph from 'unhomoglyph'
import { foldedName } from '../names.ts'

/**
 * What a name looks like, as it is written and in lower case. Two names look alike if they have one of these in
 * common: `Ivan` and `lvan` as they are written, `Ivan` and `IVAN` in lower case. Both are skeletons as in
 * Unicode's TR39. Empty if nothing in the name can be seen.
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
