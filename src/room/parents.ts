/** How much of a document its parents may take. */
import { MAX_DOCUMENT_BYTES, MAX_PARENTS } from '../../protocols/document/constants.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'

/** A parent in an encoded document: a tag and a byte string around a CID. */
const PARENT_BYTES = 41
/** At most, all fields of an encoded document but its body, its links and its parents. */
const OTHER_FIELDS_BYTES = 512

/**
 * How many parents a document can name beside its content: its author does not choose how many heads there are, so
 * they must not take space from what the author writes.
 */
export function parentsBeside(body: Uint8Array, links: readonly BlockId[]): number {
  const linksBytes = links.reduce((sum, link) => sum + link.length, 0)
  const freeBytes = MAX_DOCUMENT_BYTES - OTHER_FIELDS_BYTES - body.length - linksBytes
  return Math.min(Math.max(1, Math.floor(freeBytes / PARENT_BYTES)), MAX_PARENTS)
}
