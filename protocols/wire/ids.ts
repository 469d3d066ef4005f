/** The ids on the wire, as branded strings, so that one kind of id cannot be passed in place of another. */
import { CID } from 'multiformats/cid'
import { decodeBase32, encodeBase32 } from './base32.ts'

declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: { readonly [name in Name]: true } }

/** Any content id (CID) in its text form. */
export type BlockId = Brand<string, 'BlockId'>

/** Id of a document: CIDv1, dag-cbor, sha2-256, base32 (`bafyrei…`). Every document id is a block id. */
export type DocumentId = BlockId & Brand<string, 'DocumentId'>

/** A room's id is the id of its root document. */
export type RoomId = DocumentId

/** A digest of all heads of a room, lower-case hex: see heads-digest.ts. */
export type HeadsDigest = Brand<string, 'HeadsDigest'>

/** The name of a room on the wire: sha256("kith/topic/1" ‖ digest of the root id), lower-case hex. */
export type TopicKey = Brand<string, 'TopicKey'>

/** The key under which a DHT records who has a block of a room: see `provideKeyOf`. Lower-case hex. */
export type ProvideKey = Brand<string, 'ProvideKey'>

/**
 * A libp2p peer id in its base58 text form (`12D3KooW…`), which also names the author of what its key
 * signs. See peer-ids.ts.
 */
export type PeerId = Brand<string, 'PeerId'>

const DAG_CBOR_CODE = 0x71
const SHA2_256_CODE = 0x12
const DIGEST_BYTES = 32
/** Length of a document id's text: 'b' and 36 bytes in base32. */
const DOCUMENT_ID_LENGTH = 59

/** Binary CIDv1 of a dag-cbor block, up to the sha2-256 digest: version, codec, hash function, digest length. */
const DOCUMENT_CID_PREFIX = Uint8Array.of(1, DAG_CBOR_CODE, SHA2_256_CODE, DIGEST_BYTES)

/** The multibase prefix of lower-case base32. */
const MULTIBASE = 'b'

/** Reused, as an array for each id takes longer than encoding it. */
const cidBytes = Buffer.from([...DOCUMENT_CID_PREFIX, ...new Uint8Array(DIGEST_BYTES)])

/**
 * The ids that were made last, one for each first byte of a digest, and their digests. A document names its room and the
 * document before it, which was mostly just hashed: to find these takes less time and memory than to make them again.
 */
const MADE_IDS: (DocumentId | undefined)[] = Array.from({ length: 256 })
const MADE_DIGESTS = Buffer.alloc(256 * DIGEST_BYTES)

/** The id of the digest in `cidBytes`. */
function idOfCidBytes(): DocumentId {
  const first = cidBytes[DOCUMENT_CID_PREFIX.length] ?? 0
  const made = MADE_IDS[first]
  const start = first * DIGEST_BYTES
  let at = 0
  while (at < DIGEST_BYTES && MADE_DIGESTS[start + at] === cidBytes[DOCUMENT_CID_PREFIX.length + at]) at++
  if (made !== undefined && at === DIGEST_BYTES) return made
  for (; at < DIGEST_BYTES; at++) MADE_DIGESTS[start + at] = cidBytes[DOCUMENT_CID_PREFIX.length + at] ?? 0
  const id = encodeBase32(cidBytes, MULTIBASE) as DocumentId
  MADE_IDS[first] = id
  return id
}

/** The document id for a sha2-256 digest (32 bytes). */
export function documentIdOfDigest(digest: Uint8Array): DocumentId {
  if (digest.length !== DIGEST_BYTES)
    throw new TypeError(`a digest must have ${DIGEST_BYTES} bytes, not ${digest.length}`)
  cidBytes.set(digest, DOCUMENT_CID_PREFIX.length)
  return idOfCidBytes()
}

/** The document id for a sha2-256 digest as text with one character for each byte. */
export function documentIdOfHash(latin1: string): DocumentId {
  cidBytes.write(latin1, DOCUMENT_CID_PREFIX.length, 'latin1')
  return idOfCidBytes()
}

/** The document id of a binary CID in some bytes, from `start` to before `end`; undefined for any other CID or bytes. */
export function documentIdOfCidBytes(bytes: Uint8Array, start = 0, end = bytes.length): DocumentId | undefined {
  if (end - start !== cidBytes.length) return undefined
  for (let i = 0; i < DOCUMENT_CID_PREFIX.length; i++) if (bytes[start + i] !== DOCUMENT_CID_PREFIX[i]) return undefined
  for (let i = DOCUMENT_CID_PREFIX.length; i < cidBytes.length; i++) cidBytes[i] = bytes[start + i] ?? 0
  return idOfCidBytes()
}

/** The sha2-256 digest (32 bytes) in a document id. */
export function digestOfDocumentId(id: DocumentId): Uint8Array {
  return decodeBase32(id, MULTIBASE.length, DOCUMENT_CID_PREFIX.length)
}

/** Parses a document id from a user or program; undefined if the text is not one, or is another spelling of one. */
export function parseDocumentId(text: string): DocumentId | undefined {
  if (text.length !== DOCUMENT_ID_LENGTH) return undefined
  try {
    const id = documentIdOfCidBytes(decodeBase32(text, MULTIBASE.length))
    return id === text ? id : undefined
  } catch {
    return undefined // no base32, or the bytes of another CID
  }
}

/** The CID object of a block id, for dag-cbor. */
export function cidOf(id: BlockId): CID {
  return CID.parse(id)
}

/**
 * Compares two document ids by their digest bytes, or two block ids by all their bytes. Base32's alphabet
 * is a–z2–7, so its order is that of the bytes, except that ASCII has the digits before the letters.
 */
export function compareDocumentIds(a: BlockId, b: BlockId): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      const xIsLetter = x >= 97
      return xIsLetter === y >= 97 ? x - y : xIsLetter ? -1 : 1
    }
  }
  return a.length - b.length
}
