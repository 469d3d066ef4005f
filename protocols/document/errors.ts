/** What is wrong with a block that should be a document; `vectors/invalid.json` has vectors for each code. */
export type DocumentErrorCode =
  | 'too-large'
  | 'bad-cbor'
  | 'bad-shape'
  | 'bad-version'
  | 'bad-room'
  | 'bad-author'
  | 'bad-seq'
  | 'bad-previous'
  | 'bad-parents'
  | 'bad-clock'
  | 'bad-time'
  | 'bad-epoch'
  | 'bad-kind'
  | 'bad-links'
  | 'bad-body'
  | 'bad-signature'
  | 'bad-root'
  | 'trailing-bytes'

/** A block that is not a valid document: `code` is for counting and for tests, the message for people. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
  readonly code: DocumentErrorCode
  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
