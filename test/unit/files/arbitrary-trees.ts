/** Random files and folders. */
import fc from 'fast-check'
import { CHUNK_BYTES } from '../../../protocols/file/constants.ts'
import { fileNameProblem, foldedName } from '../../../src/files/file-name.ts'
import { shownName } from '../../../src/names.ts'
import type { Tree } from './disk-trees.ts'

const names = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.constantFrom('__proto__', '.a'))
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  fc.constantFrom(CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES).map((size) => Buffer.alloc(size, 'kith')),
)
/** Whatever can be added. */
export const { tree: trees } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    contents,
    fc
      .uniqueArray(
        fc.tuple(
          names.filter((name) => fileNameProblem(name) === undefined && shownName(name) !== ''),
          tie('tree'),
        ),
        // What is one name on some systems is not added.
        { maxLength: 5, selector: ([name]) => foldedName(name) },
      )
      .map((entries) => Object.fromEntries(entries) as Tree),
  ),
}))
