/** How much of a document its parents may take. */
import { MAX_DOCUMENT_BYTES, MAX_PARENTS, OTHER_ELEMENTS_BYTES } from '../../protocols/document/constants.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'

/** A parent in an encoded document: a tag and a byte string around a CID. */
const PARENT_BYTES = 41

/**
 * How many parents a document can name beside its content: its author does not choose how many heads there are, so
 * they must not take space from what the author writes.
 */
export function parentsBeside(bodyBytes: number, links: readonly BlockId[]): number {
  const linksBytes = links.reduce((sum, link) => sum + link.length, 0)
  const freeBytes = MAX_DOCUMENT_BYTES - OTHER_ELEMENTS_BYTES - bodyBytes - linksBytes
  return Math.min(Math.max(1, Math.floor(freeBytes / PARENT_BYTES)), MAX_PARENTS)
}
