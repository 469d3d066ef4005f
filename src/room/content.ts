/** What a new document says. */
import type { BlockId } from '../../protocols/wire/ids.ts'

/** The content of a new document. */
export interface Content {
  kind: string
  body: Uint8Array
  /** Blocks it needs. */
  links?: readonly BlockId[] | undefined
}
