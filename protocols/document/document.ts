/**
 * The signed block: a dag-cbor tuple of thirteen elements (see README.md). It is read element by element,
 * so that the shape bounds size, depth and counts, and any other encoding of the same values is refused.
 */
import {
  cidOf,
  compareDocumentIds,
  documentIdOfHash,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../wire/ids.ts'
import { sha256Latin1, verifySignature, verifySignatureAside, type Signer } from '../wire/crypto.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { BlockReader } from './block-reader.ts'
import { BlockWriter, headBytes } from './block-writer.ts'
import {
  DOCUMENT_VERSION,
  MAX_CID_BYTES,
  MAX_DOCUMENT_BYTES,
  MAX_KIND_LENGTH,
  MAX_LINKS,
  MAX_PARENTS,
  OTHER_ELEMENTS_BYTES,
  SIGNATURE_BYTES,
  SIGNATURE_DOMAIN,
} from './constants.ts'
import { DocumentError, type DocumentErrorCode } from './errors.ts'

/** The content of a document. */
export interface DocumentFields {
  /** Null in a root document, whose id is the room's id. */
  room: RoomId | null
  /** Peer id of an Ed25519 key; the block has the key itself. */
  author: PeerId
  /** Position in the author's own chain in this room, from 0. */
  seq: number
  /** The author's document with the previous seq; null at seq 0. */
  previous: DocumentId | null
  /** The other heads the author knew, sorted by id, without `previous`. */
  parents: readonly DocumentId[]
  /** 1 + the largest clock of `previous` and `parents`. */
  clock: number
  /** The author's wall clock, milliseconds since 1970: for people, never for order. */
  timeMs: number
  /** Generation of the room's keys; 0 in open rooms. */
  epoch: number
  /** What the body means to the app. */
  kind: string
  /** Blocks the document needs, readable by anybody. */
  links: readonly BlockId[]
  body: Uint8Array
}

export interface Document extends DocumentFields {
  id: DocumentId
  /** 64 bytes, or empty if a later document of the same author proves this one. */
  signature: Uint8Array
  block: Uint8Array
}

const KIND_PATTERN = /^[a-z][a-z0-9./-]*$/
const DOMAIN = Buffer.from(SIGNATURE_DOMAIN)
const ELEMENTS = 13
/** A signature and the CBOR header of its 64 bytes; the signature is the last element. */
const SIGNATURE_ELEMENT_BYTES = 2 + SIGNATURE_BYTES
const NO_SIGNATURE = new Uint8Array(0)
const NOTHING_BEFORE = new Uint8Array(0)

/** At most of a CID in a block: its tag, the header of its bytes, and these. */
const CID_ELEMENT_BYTES = 4 + MAX_CID_BYTES

/** The id of a block by its hash, whatever the block contains. */
export function documentIdOf(block: Uint8Array): DocumentId {
  return documentIdOfHash(sha256Latin1(block))
}

/**
 * Creates a block from the fields, signed, or with an empty signature if there is no signer. Throws a
 * DocumentError.
 */
export function encodeDocument(fields: DocumentFields, signer?: Signer): Document {
  checkFields(fields)
  const { parents, links, body } = fields
  const cids = parents.length + links.length
  const maxBytes = DOMAIN.length + OTHER_ELEMENTS_BYTES + cids * CID_ELEMENT_BYTES + body.length
  // The signature is of the domain and what follows it.
  const writer = new BlockWriter(maxBytes, DOMAIN)
  writeContent(writer, fields)
  const signature = signer === undefined ? NO_SIGNATURE : signer.sign(writer.written)
  writer.bytes(signature)
  const block = Buffer.from(writer.written.subarray(DOMAIN.length))
  if (block.length > MAX_DOCUMENT_BYTES) throw tooLarge(block.length)
  return { ...fields, signature, block, id: documentIdOf(block) }
}

/** All elements of a block before its body: what is sealed in a body holds only there. */
export function contentBeforeBody(fields: Omit<DocumentFields, 'body'>): Buffer {
  const cids = fields.parents.length + fields.links.length
  const writer = new BlockWriter(OTHER_ELEMENTS_BYTES + cids * CID_ELEMENT_BYTES, NOTHING_BEFORE)
  writeBeforeBody(writer, fields)
  return writer.written
}

/** The same of a block that was decoded. */
export function bytesBeforeBody({ block, body, signature }: Document): Uint8Array {
  const signatureBytes = signature.length === 0 ? 1 : SIGNATURE_ELEMENT_BYTES
  return block.subarray(0, block.length - signatureBytes - body.length - headBytes(body.length))
}

/** All elements before the signature. */
function writeContent(writer: BlockWriter, fields: DocumentFields): void {
  writeBeforeBody(writer, fields)
  writer.bytes(fields.body)
}

function writeBeforeBody(writer: BlockWriter, fields: Omit<DocumentFields, 'body'>): void {
  writer.array(ELEMENTS)
  writer.uint(DOCUMENT_VERSION)
  writer.documentIdOrNull(fields.room)
  writer.bytes(authorKey(fields.author))
  writer.uint(fields.seq)
  writer.documentIdOrNull(fields.previous)
  writer.array(fields.parents.length)
  for (const parent of fields.parents) writer.documentId(parent)
  writer.uint(fields.clock)
  writer.uint(fields.timeMs)
  writer.uint(fields.epoch)
  writer.text(fields.kind)
  writer.array(fields.links.length)
  for (const link of fields.links) writer.cid(linkBytes(link))
}

/** Decodes a block. Throws a DocumentError. Does not check the signature (see `isSignatureValid`). */
export function decodeDocument(block: Uint8Array): Document {
  if (block.length > MAX_DOCUMENT_BYTES) throw tooLarge(block.length)
  const reader = new BlockReader(block)
  if (reader.array('bad-shape', ELEMENTS) !== ELEMENTS) {
    throw new DocumentError('bad-shape', `a document must be an array of ${ELEMENTS} elements`)
  }
  if (reader.uint('bad-version') !== DOCUMENT_VERSION) {
    throw new DocumentError('bad-version', `only version ${DOCUMENT_VERSION} is known`)
  }
  const document: Document = {
    room: reader.documentIdOrNull('bad-room'),
    author: reader.author('bad-author'),
    seq: reader.uint('bad-seq'),
    previous: reader.documentIdOrNull('bad-previous'),
    parents: readList(reader, 'bad-parents', MAX_PARENTS, () => reader.documentId('bad-parents')),
    clock: reader.uint('bad-clock'),
    timeMs: reader.uint('bad-time'),
    epoch: reader.uint('bad-epoch'),
    kind: reader.text('bad-kind'),
    links: readList(reader, 'bad-links', MAX_LINKS, () => reader.blockId('bad-links')),
    body: reader.bytes('bad-body'),
    signature: reader.bytes('bad-signature'),
    block,
    id: documentIdOf(block),
  }
  if (!reader.done()) throw new DocumentError('trailing-bytes', 'bytes follow the document')
  const { signature } = document
  if (signature.length !== SIGNATURE_BYTES && signature.length !== 0) {
    throw new DocumentError('bad-signature', `a signature must have ${SIGNATURE_BYTES} bytes or none`)
  }
  checkFields(document)
  return document
}

const NOTHING: readonly never[] = []

function readList<T>(reader: BlockReader, code: DocumentErrorCode, max: number, read: () => T): readonly T[] {
  const length = reader.array(code, max)
  return length === 0 ? NOTHING : Array.from({ length }, read)
}

/** Whether a text may be the kind of a document. */
export function isKind(kind: string): boolean {
  return kind.length <= MAX_KIND_LENGTH && KIND_PATTERN.test(kind)
}

/** Whether the document's own signature is valid; false if it is empty. */
export function isSignatureValid(document: Document): boolean {
  const { author, signature } = document
  return signature.length === SIGNATURE_BYTES && verifySignature(author, signedContent(document), signature)
}

/** The same on another thread. */
export function checkSignatureAside(document: Document, done: (isValid: boolean) => void): void {
  const { author, signature } = document
  if (signature.length !== SIGNATURE_BYTES) done(false)
  else verifySignatureAside(author, signedContent(document), signature, done)
}

function signedContent({ block }: Document): Uint8Array {
  return Buffer.concat([DOMAIN, block.subarray(0, -SIGNATURE_ELEMENT_BYTES)])
}

function tooLarge(sizeBytes: number): DocumentError {
  return new DocumentError('too-large', `a document must have at most ${MAX_DOCUMENT_BYTES} bytes, not ${sizeBytes}`)
}

function authorKey(author: PeerId): Uint8Array {
  const key = publicKeyOfPeerId(author)
  if (key === undefined) throw new DocumentError('bad-author', 'an author must be the peer id of an Ed25519 key')
  return key
}

function linkBytes(id: BlockId): Uint8Array {
  const { bytes } = cidOf(id)
  // In the block a zero byte precedes the CID.
  if (bytes.length + 1 > MAX_CID_BYTES) throw new DocumentError('bad-links', 'the CID of a link is too long')
  return bytes
}

/** Checks the rules for a block alone. The room checks those that need its ancestors. */
function checkFields(fields: DocumentFields): void {
  const { room, seq, previous, parents, clock, kind, links } = fields
  if (!isUint(seq)) throw new DocumentError('bad-seq', 'seq is a whole number')
  if (!isUint(clock)) throw new DocumentError('bad-clock', 'clock is a whole number')
  if (!isUint(fields.timeMs)) throw new DocumentError('bad-time', 'time is a whole number of milliseconds')
  if (!isUint(fields.epoch)) throw new DocumentError('bad-epoch', 'epoch is a whole number')
  if (!isKind(kind)) throw new DocumentError('bad-kind', 'a kind is a short lower-case name')
  if ((seq === 0) !== (previous === null)) throw new DocumentError('bad-previous', 'previous is null exactly at seq 0')
  if (parents.length > MAX_PARENTS) throw new DocumentError('bad-parents', `at most ${MAX_PARENTS} parents`)
  if (links.length > MAX_LINKS) throw new DocumentError('bad-links', `at most ${MAX_LINKS} links`)
  checkParents(parents, previous)
  if (clock < 1) throw new DocumentError('bad-clock', 'clocks start at 1')
  if (room === null) {
    if (seq !== 0 || parents.length > 0 || clock !== 1) {
      throw new DocumentError('bad-root', 'a root document has no ancestors, seq 0 and clock 1')
    }
    return
  }
  if (previous === null && parents.length === 0) {
    throw new DocumentError('bad-parents', 'only a root document has no ancestors')
  }
  if (clock < 2) throw new DocumentError('bad-clock', 'only a root document has clock 1')
}

function checkParents(parents: readonly DocumentId[], previous: DocumentId | null): void {
  let before: DocumentId | undefined
  for (const parent of parents) {
    if (before !== undefined && compareDocumentIds(before, parent) >= 0) {
      throw new DocumentError('bad-parents', 'parents are sorted, each once')
    }
    if (parent === previous) throw new DocumentError('bad-parents', 'previous is not repeated among the parents')
    before = parent
  }
}

function isUint(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
