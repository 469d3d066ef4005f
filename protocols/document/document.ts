/**
 * The signed block: a dag-cbor tuple of thirteen elements (see README.md). It is read element by element,
 * so that the shape bounds size, depth and counts, and any other encoding of the same values is refused.
 */
import { encode } from '@ipld/dag-cbor'
import { Tokenizer, Type, type Token } from 'cborg'
import { CID } from 'multiformats/cid'
import {
  cidOf,
  compareDocumentIds,
  documentIdOfCidBytes,
  documentIdOfDigest,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../wire/ids.ts'
import { sha256, verifySignature, type Signer } from '../wire/crypto.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId, PUBLIC_KEY_BYTES } from '../wire/peer-ids.ts'
import {
  DOCUMENT_VERSION,
  MAX_CID_BYTES,
  MAX_DOCUMENT_BYTES,
  MAX_KIND_LENGTH,
  MAX_LINKS,
  MAX_PARENTS,
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
const CID_TAG = 42
const ELEMENTS = 13
/** Digest bytes of a CIDv0, which cannot state another length. */
const CID_V0_DIGEST_BYTES = 32
/** CBOR header of a 64-byte string; the signature is the last element. */
const SIGNATURE_HEADER = Uint8Array.of(0x58, SIGNATURE_BYTES)

/** The id of a block by its hash, whatever the block contains. */
export function documentIdOf(block: Uint8Array): DocumentId {
  return documentIdOfDigest(sha256(block))
}

/**
 * Creates a block from the fields, signed, or with an empty signature if there is no signer. Throws a
 * DocumentError.
 */
export function encodeDocument(fields: DocumentFields, signer?: Signer): Document {
  checkFields(fields)
  const unsigned = encode([
    DOCUMENT_VERSION,
    fields.room === null ? null : cidOf(fields.room),
    authorKey(fields.author),
    fields.seq,
    fields.previous === null ? null : cidOf(fields.previous),
    fields.parents.map(cidOf),
    fields.clock,
    fields.timeMs,
    fields.epoch,
    fields.kind,
    fields.links.map(linkCid),
    fields.body,
    new Uint8Array(0),
  ])
  const signature =
    signer === undefined ? new Uint8Array(0) : signer.sign(Buffer.concat([DOMAIN, unsigned.subarray(0, -1)]))
  const block = signer === undefined ? unsigned : Buffer.concat([unsigned.subarray(0, -1), SIGNATURE_HEADER, signature])
  if (block.length > MAX_DOCUMENT_BYTES) throw tooLarge(block.length)
  return { ...fields, signature, block, id: documentIdOf(block) }
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
  const fields: DocumentFields = {
    room: reader.documentIdOrNull('bad-room'),
    author: peerIdOfPublicKey(reader.bytes('bad-author', PUBLIC_KEY_BYTES)),
    seq: reader.uint('bad-seq'),
    previous: reader.documentIdOrNull('bad-previous'),
    parents: reader.list('bad-parents', MAX_PARENTS, () => reader.documentId('bad-parents')),
    clock: reader.uint('bad-clock'),
    timeMs: reader.uint('bad-time'),
    epoch: reader.uint('bad-epoch'),
    kind: reader.text('bad-kind'),
    links: reader.list('bad-links', MAX_LINKS, () => reader.blockId('bad-links')),
    body: reader.bytes('bad-body'),
  }
  const signature = reader.bytes('bad-signature')
  if (!reader.done()) throw new DocumentError('trailing-bytes', 'bytes follow the document')
  if (signature.length !== SIGNATURE_BYTES && signature.length !== 0) {
    throw new DocumentError('bad-signature', `a signature must have ${SIGNATURE_BYTES} bytes or none`)
  }
  checkFields(fields)
  return { ...fields, signature, block, id: documentIdOf(block) }
}

/** Whether the document's own signature is valid; false if it is empty. */
export function isSignatureValid(document: Document): boolean {
  const { author, block, signature } = document
  if (signature.length !== SIGNATURE_BYTES) return false
  const content = block.subarray(0, -(SIGNATURE_BYTES + SIGNATURE_HEADER.length))
  return verifySignature(author, Buffer.concat([DOMAIN, content]), signature)
}

function tooLarge(sizeBytes: number): DocumentError {
  return new DocumentError('too-large', `a document must have at most ${MAX_DOCUMENT_BYTES} bytes, not ${sizeBytes}`)
}

function authorKey(author: PeerId): Uint8Array {
  const key = publicKeyOfPeerId(author)
  if (key === undefined) throw new DocumentError('bad-author', 'an author must be the peer id of an Ed25519 key')
  return key
}

function linkCid(id: BlockId): CID {
  const cid = cidOf(id)
  // In the block a zero byte precedes the CID.
  if (cid.bytes.length + 1 > MAX_CID_BYTES) throw new DocumentError('bad-links', 'the CID of a link is too long')
  return cid
}

/** Checks the rules for a block alone. The room checks those that need its ancestors. */
function checkFields(fields: DocumentFields): void {
  const { room, seq, previous, parents, clock, kind, links } = fields
  const require = (holds: boolean, code: DocumentErrorCode, message: string): void => {
    if (!holds) throw new DocumentError(code, message)
  }
  require(isUint(seq), 'bad-seq', 'seq is a whole number')
  require(isUint(clock), 'bad-clock', 'clock is a whole number')
  require(isUint(fields.timeMs), 'bad-time', 'time is a whole number of milliseconds')
  require(isUint(fields.epoch), 'bad-epoch', 'epoch is a whole number')
  require(kind.length <= MAX_KIND_LENGTH && KIND_PATTERN.test(kind), 'bad-kind', 'a kind is a short lower-case name')
  require((seq === 0) === (previous === null), 'bad-previous', 'previous is null exactly at seq 0')
  require(parents.length <= MAX_PARENTS, 'bad-parents', `at most ${MAX_PARENTS} parents`)
  require(links.length <= MAX_LINKS, 'bad-links', `at most ${MAX_LINKS} links`)
  for (const [i, parent] of parents.entries()) {
    const before = parents[i - 1]
    require(before === undefined ||
      compareDocumentIds(before, parent) < 0, 'bad-parents', 'parents are sorted, each once')
    require(parent !== previous, 'bad-parents', 'previous is not repeated among the parents')
  }
  require(clock >= 1, 'bad-clock', 'clocks start at 1')
  if (room === null) {
    require(seq === 0 &&
      parents.length === 0 &&
      clock === 1, 'bad-root', 'a root document has no ancestors, seq 0 and clock 1')
  } else {
    require(previous !== null || parents.length > 0, 'bad-parents', 'only a root document has no ancestors')
    require(clock >= 2, 'bad-clock', 'only a root document has clock 1')
  }
}

function isUint(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Reads one expected element of a block after another; cborg refuses non-canonical encodings. */
class BlockReader {
  readonly #tokens: Tokenizer

  constructor(block: Uint8Array) {
    this.#tokens = new Tokenizer(block, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: true,
      retainStringBytes: true,
    })
  }

  done(): boolean {
    return this.#tokens.done()
  }

  array(code: DocumentErrorCode, max: number): number {
    const length = Number(this.#next(code, Type.array).value)
    if (length > max) throw new DocumentError(code, `at most ${max} elements`)
    return length
  }

  list<T>(code: DocumentErrorCode, max: number, read: () => T): T[] {
    return Array.from({ length: this.array(code, max) }, read)
  }

  uint(code: DocumentErrorCode): number {
    const { value } = this.#next(code, Type.uint)
    if (!Number.isSafeInteger(value)) throw new DocumentError(code, 'an integer exceeds 2^53 - 1')
    return value as number
  }

  bytes(code: DocumentErrorCode, length?: number): Uint8Array {
    const bytes = this.#next(code, Type.bytes).value as Uint8Array
    if (length !== undefined && bytes.length !== length) throw new DocumentError(code, `expected ${length} bytes`)
    return bytes
  }

  text(code: DocumentErrorCode): string {
    const { value, byteValue } = this.#next(code, Type.string) as Token & { value: string }
    // The decoder drops a byte order mark and replaces invalid UTF-8: either would allow a second encoding.
    if (byteValue?.length !== value.length) throw new DocumentError(code, 'expected ASCII')
    return value
  }

  blockId(code: DocumentErrorCode): BlockId {
    const bytes = this.#cidBytes(this.#next(code, Type.tag), code)
    try {
      return canonicalBlockId(bytes)
    } catch (cause) {
      throw new DocumentError(code, 'not a CID', { cause })
    }
  }

  documentId(code: DocumentErrorCode): DocumentId {
    return asDocumentId(this.#cidBytes(this.#next(code, Type.tag), code), code)
  }

  documentIdOrNull(code: DocumentErrorCode): DocumentId | null {
    const token = this.#token(code)
    if (Type.equals(token.type, Type.null)) return null
    if (!Type.equals(token.type, Type.tag)) throw new DocumentError(code, 'expected an id or null')
    return asDocumentId(this.#cidBytes(token, code), code)
  }

  #cidBytes(tag: Token, code: DocumentErrorCode): Uint8Array {
    if (tag.value !== CID_TAG) throw new DocumentError(code, `tag ${CID_TAG} is expected`)
    const bytes = this.bytes(code)
    if (bytes[0] !== 0 || bytes.length > MAX_CID_BYTES) throw new DocumentError(code, 'not a CID')
    return bytes.subarray(1)
  }

  #next(code: DocumentErrorCode, type: Type): Token {
    const token = this.#token(code)
    if (!Type.equals(token.type, type))
      throw new DocumentError(code, `${type.name} is expected, not ${token.type.name}`)
    return token
  }

  #token(code: DocumentErrorCode): Token {
    if (this.#tokens.done()) throw new DocumentError('bad-shape', 'the document ends early')
    try {
      return this.#tokens.next()
    } catch (cause) {
      throw new DocumentError('bad-cbor', `not canonical CBOR, at the element of ${code}`, { cause })
    }
  }
}

/** The text form of a binary CID. Throws on bytes that are not the canonical form of what the decoder returns. */
function canonicalBlockId(bytes: Uint8Array): BlockId {
  const cid = CID.decode(bytes)
  const id = cid.toString() as BlockId
  const isShortV0 = cid.version === 0 && cid.multihash.size !== CID_V0_DIGEST_BYTES
  if (isShortV0 || Buffer.compare(cidOf(id).bytes, bytes) !== 0) throw new RangeError('not the canonical form of a CID')
  return id
}

function asDocumentId(cidBytes: Uint8Array, code: DocumentErrorCode): DocumentId {
  const id = documentIdOfCidBytes(cidBytes)
  if (id === undefined) throw new DocumentError(code, 'the id of a document is a CIDv1 with dag-cbor and sha2-256')
  return id
}
