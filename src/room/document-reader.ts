/** How rooms decode blocks. Injected, so that a simulation can decode each block once for all its nodes. */
import {
  checkSignatureAside,
  decodeDocument,
  isSignatureValid,
  type Document,
} from '../../protocols/document/document.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'

export interface DocumentReader {
  /** Throws a DocumentError. */
  decode(block: Uint8Array): Document
  /** Whether the document's own signature is valid. Checked once for each document that `decode` returned. */
  isSignatureValid(document: Document): boolean
  /** Called for a stored document of a room that is not what its id says: the disk has changed it. */
  foundDamage?(room: RoomId): void
}

const signatures = new WeakMap<Document, boolean>()

/** Those that were decoded ahead, until they are asked for. */
const ahead = new WeakMap<Uint8Array, Document>()

/** Decodes each block every time. */
export const documentReader: DocumentReader = {
  decode(block) {
    const document = ahead.get(block)
    if (document === undefined) return decodeDocument(block)
    ahead.delete(block)
    return document
  },

  isSignatureValid(document) {
    const known = signatures.get(document)
    if (known !== undefined) return known
    const isValid = isSignatureValid(document)
    signatures.set(document, isValid)
    return isValid
  },
}

/** Decodes a block and checks its signature on another thread, before `documentReader` is asked for both. */
export function checkAhead(block: Uint8Array, done: () => void): void {
  let document: Document
  try {
    document = decodeDocument(block)
  } catch {
    return done() // whoever decodes it says so
  }
  ahead.set(block, document)
  checkSignatureAside(document, (isValid) => {
    signatures.set(document, isValid)
    done()
  })
}
