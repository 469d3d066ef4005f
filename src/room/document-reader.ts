/** How rooms decode blocks. Injected, so that a simulation can decode each block once for all its nodes. */
import { decodeDocument, isSignatureValid, type Document } from '../../protocols/document/document.ts'

export interface DocumentReader {
  /** Throws a DocumentError. */
  decode(block: Uint8Array): Document
  /** Whether the document's own signature is valid. Checked once for each document that `decode` returned. */
  isSignatureValid(document: Document): boolean
}

const signatures = new WeakMap<Document, boolean>()

/** Decodes each block every time. */
export const documentReader: DocumentReader = {
  decode: decodeDocument,

  isSignatureValid(document) {
    const known = signatures.get(document)
    if (known !== undefined) return known
    const isValid = isSignatureValid(document)
    signatures.set(document, isValid)
    return isValid
  },
}
