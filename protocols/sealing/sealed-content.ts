/** What a sealed document has inside: its kind, of up to 255 bytes behind their number, and its body. */
import { isKind } from '../document/document.ts'
import { DocumentError } from '../document/errors.ts'

export interface SealedContent {
  kind: string
  body: Uint8Array
}

/** Throws a DocumentError `bad-kind`. */
export function packContent({ kind, body }: SealedContent): Buffer {
  if (!isKind(kind)) throw new DocumentError('bad-kind', 'a kind is a short lower-case name')
  const name = Buffer.from(kind, 'latin1')
  return Buffer.concat([Buffer.of(name.length), name, body])
}

/** Undefined if it ends before its kind does, or if that is none. */
export function unpackContent(packed: Uint8Array): SealedContent | undefined {
  const [length = 0] = packed
  if (packed.length <= length) return undefined
  const kind = Buffer.from(packed.buffer, packed.byteOffset + 1, length).toString('latin1')
  return isKind(kind) ? { kind, body: packed.subarray(1 + length) } : undefined
}
