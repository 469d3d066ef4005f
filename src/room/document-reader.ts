/** How rooms read blocks: a dependency, so that a simulation can read each block once for all of its nodes. */
import { decodeDocument, isSignatureValid, type Document } from '../../protocols/document/document.ts'

export interface DocumentReader {
  /** Throws a DocumentError. */
  decode(block: Uint8Array): Document
  isSignatureValid(document: Document): boolean
}

/** Reads each block anew. */
export const documentReader: DocumentReader = { decode: decodeDocument, isSignatureValid }
