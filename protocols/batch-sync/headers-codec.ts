/** Encodes requests for headers, and headers, as fields of a frame and back. */
import { decodeIds, decodeTopic, encodeIds, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import type { DocumentId, PeerId } from '../wire/ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import type { HeaderRequest, Headers } from './messages.ts'
import type { HeaderRequestRecord, HeadersRecord } from './records.ts'

const NOTHING = new Uint8Array(0)
/** The most that a header, or an author, takes in a frame. */
const HEADER_BYTES = 64
/** A request or an answer without those. */
const HEAD_BYTES = 128

/** What a record takes in a frame at most. */
export function headerBytes(record: HeaderRequestRecord | HeadersRecord): number {
  if (record.type === 'header-request') return HEAD_BYTES + record.ids.length * HEADER_BYTES
  return HEAD_BYTES + 2 * record.headers.length * HEADER_BYTES
}

/** The field of a request. */
export function encodeHeaderRequest({ topic, base, after, ids }: HeaderRequestRecord): HeaderRequest {
  return {
    ...{ topic: encodeTopic(topic), base: encodeId(base), clock: after?.clock ?? 0, id: encodeId(after?.id) },
    ids: encodeIds(ids),
  }
}

/** The request in a field. Throws a RangeError or a TypeError. */
export function decodeHeaderRequest({ topic, base, clock, id, ids }: HeaderRequest): HeaderRequestRecord {
  const after = decodeId(id)
  return {
    type: 'header-request',
    ...{ topic: decodeTopic(topic), base: decodeId(base), after: after && { clock, id: after }, ids: decodeIds(ids) },
  }
}

/** The field of headers, with each author once. */
export function encodeHeaders({ topic, base, headers, isLast }: HeadersRecord): Headers {
  const authors = [...new Set(headers.map(({ author }) => author))]
  const places = new Map(authors.map((author, place) => [author, place]))
  return {
    ...{ topic: encodeTopic(topic), base: encodeId(base), authors: authors.map(publicKeyOf), last: isLast },
    headers: headers.map(({ id, clock, author, seq }) => {
      return { id: encodeId(id), clock, author: places.get(author) ?? 0, seq }
    }),
  }
}

/** The headers in a field. Throws a RangeError or a TypeError. */
export function decodeHeaders({ topic, base, authors, headers, last }: Headers): HeadersRecord {
  const peers = authors.map(peerIdOfPublicKey)
  return {
    ...{ type: 'headers', topic: decodeTopic(topic), base: decodeId(base), isLast: last },
    headers: headers.map(({ id, clock, author: place, seq }) => {
      const author = peers[place]
      const [decoded] = decodeIds([id])
      if (author === undefined || decoded === undefined) throw new RangeError('a header names no author')
      return { id: decoded, clock, author, seq }
    }),
  }
}

function encodeId(id: DocumentId | undefined): Uint8Array<ArrayBuffer> {
  return id === undefined ? NOTHING : (encodeIds([id])[0] ?? NOTHING)
}

function decodeId(bytes: Uint8Array): DocumentId | undefined {
  return bytes.length === 0 ? undefined : decodeIds([bytes])[0]
}

function publicKeyOf(author: PeerId): Uint8Array<ArrayBuffer> {
  return wireBytes(publicKeyOfPeerId(author) ?? NOTHING)
}
