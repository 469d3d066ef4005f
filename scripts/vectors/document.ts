/** Blocks for the vectors of protocols/document: the thirteen elements, one by one. */
import { CID } from 'multiformats/cid'
import {
  byBytes,
  bytes,
  concat,
  digestOf,
  documentCid,
  documentId,
  filled,
  fromHex,
  head,
  hex,
  keyOf,
  link,
  list,
  NULL,
  sha256,
  text,
  uint,
  utf8,
  type Bytes,
  type Key,
} from './bytes.ts'

export const ALICE = keyOf('alice')
export const BOB = keyOf('bob')
const TIME_MS = 1_767_225_600_000

/** A document in raw parts: ids as digests, links as binary CIDs. */
export interface Draft {
  key: Key
  room: Bytes | null
  seq: number
  previous: Bytes | null
  parents: Bytes[]
  clock: number
  timeMs: number
  epoch: number
  kind: string
  links: Bytes[]
  body: Bytes
  /** False leaves the signature empty. */
  isSigned: boolean
}

/** Element numbers of the tuple. */
export const ELEMENT = {
  version: 0,
  room: 1,
  author: 2,
  seq: 3,
  previous: 4,
  parents: 5,
  clock: 6,
  time: 7,
  epoch: 8,
  kind: 9,
  links: 10,
  body: 11,
} as const

/** The body of a root: a map of app, name and nonce, in dag-cbor's order of keys. */
export function rootBody(app: string, name: string, ...more: Bytes[]): Bytes {
  const entries = [
    text('app'),
    text(app),
    text('name'),
    text(name),
    text('nonce'),
    bytes(digestOf(name).subarray(0, 16)),
  ]
  return concat(head(5, (entries.length + more.length) / 2), ...entries, ...more)
}

const rootDraft: Draft = {
  key: ALICE,
  room: null,
  seq: 0,
  previous: null,
  parents: [],
  clock: 1,
  timeMs: TIME_MS,
  epoch: 0,
  kind: 'room',
  links: [],
  body: rootBody('chat', 'Kitchen'),
  isSigned: true,
}

/** A root document with some changes. */
export const root = (changes: Partial<Draft> = {}): Draft => ({ ...rootDraft, ...changes })

/** Digest of the room in which the vectors take place. */
export const ROOM = sha256(signed(elementsOf(rootDraft), ALICE))

/** Bob's first message with some changes. */
export const message = (changes: Partial<Draft> = {}): Draft => ({
  ...rootDraft,
  key: BOB,
  room: ROOM,
  parents: [ROOM],
  clock: 2,
  kind: 'message',
  body: utf8('hello'),
  ...changes,
})

/** The twelve elements before the signature. */
export function elementsOf(draft: Draft): Bytes[] {
  const idOrNull = (digest: Bytes | null): Bytes => (digest === null ? NULL : link(documentCid(digest)))
  return [
    uint(1),
    idOrNull(draft.room),
    bytes(draft.key.publicKey),
    uint(draft.seq),
    idOrNull(draft.previous),
    list(draft.parents.map((digest) => link(documentCid(digest)))),
    uint(draft.clock),
    uint(draft.timeMs),
    uint(draft.epoch),
    text(draft.kind),
    list(draft.links.map(link)),
    bytes(draft.body),
  ]
}

/** A block of raw elements, signed unchanged, so that nothing else is wrong with it. */
export function signed(elements: Bytes[], key: Key, arrayHead: Bytes = fromHex('8d')): Bytes {
  const content = concat(arrayHead, ...elements)
  return concat(content, bytes(key.sign(concat(utf8('kith/document/1'), content))))
}

/** The block of a draft. */
export function blockOf(draft: Draft): Bytes {
  const elements = elementsOf(draft)
  return draft.isSigned ? signed(elements, draft.key) : concat(fromHex('8d'), ...elements, bytes(filled(0)))
}

/** A draft as a vector describes it, and its block. */
export function vectorOf(name: string, draft: Draft) {
  const block = blockOf(draft)
  const idOrNull = (digest: Bytes | null): string | null => (digest === null ? null : documentId(digest))
  return {
    name,
    seed: draft.isSigned ? hex(draft.key.seed) : null,
    fields: {
      room: idOrNull(draft.room),
      author: draft.key.peer,
      authorKey: hex(draft.key.publicKey),
      seq: draft.seq,
      previous: idOrNull(draft.previous),
      parents: draft.parents.map(documentId),
      clock: draft.clock,
      timeMs: draft.timeMs,
      epoch: draft.epoch,
      kind: draft.kind,
      links: draft.links.map((cid) => CID.decode(cid).toString()),
      body: hex(draft.body),
    },
    block: hex(block),
    id: documentId(sha256(block)),
    signatureValid: draft.isSigned,
  }
}

/** Digests in the order of parents. */
export function sortedDigests(count: number, name: string): Bytes[] {
  return Array.from({ length: count }, (_, index) => digestOf(`${name} ${index}`)).toSorted(byBytes)
}

/** Gives a draft's block the wanted size by the length of its body. */
export function withBlockSize(draft: Draft, sizeBytes: number): Draft {
  // Large enough that the header of the body stays the same.
  const probe = { ...draft, body: filled(60_000, 0x61) }
  return { ...draft, body: filled(60_000 + sizeBytes - blockOf(probe).length, 0x61) }
}
