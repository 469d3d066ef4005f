/** Documents: encoding and decoding the signed block that all protocols transfer. README.md specifies it. */
export { MAX_DOCUMENT_BYTES, MAX_KIND_LENGTH, MAX_LINKS, MAX_PARENTS } from './constants.ts'
export { decodeDocument, documentIdOf, encodeDocument, isSignatureValid } from './document.ts'
export type { Document, DocumentFields } from './document.ts'
export { DocumentError } from './errors.ts'
export type { DocumentErrorCode } from './errors.ts'
