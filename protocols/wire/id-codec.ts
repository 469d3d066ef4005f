/** Converts ids between text and their 32 bytes on the wire. Decoding throws on any other length. */
import { digestOfDocumentId, documentIdOfDigest, type DocumentId, type TopicKey } from './ids.ts'

const TOPIC_BYTES = 32

/** The type that generated codecs require: bytes whose memory is not shared. None of ours is. */
export function wireBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

/** The 32 bytes of a topic key. */
export function encodeTopic(topic: TopicKey): Uint8Array<ArrayBuffer> {
  return Buffer.from(topic, 'hex')
}

/** Decodes a topic key. Throws a RangeError. */
export function decodeTopic(bytes: Uint8Array): TopicKey {
  if (bytes.length !== TOPIC_BYTES)
    throw new RangeError(`a topic key must have ${TOPIC_BYTES} bytes, not ${bytes.length}`)
  return Buffer.from(bytes).toString('hex') as TopicKey
}

/** The digests of document ids, 32 bytes each. */
export function encodeIds(ids: readonly DocumentId[]): Uint8Array<ArrayBuffer>[] {
  return ids.map((id) => wireBytes(digestOfDocumentId(id)))
}

/** Decodes digests to document ids. Throws a TypeError. */
export function decodeIds(digests: readonly Uint8Array[]): DocumentId[] {
  return digests.map(documentIdOfDigest)
}
