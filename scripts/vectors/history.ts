/**
 * Histories of rooms and their outcome on every node: a second, plain implementation of the specification,
 * which repeats over whole sets until nothing changes.
 */
import { byBytes, bytes, concat, filled, hex, keyOf, sha256, utf8, type Bytes, type Key } from './bytes.ts'
import { ALICE, blockOf, root, rootBody, type Draft } from './document.ts'

/** A third author, besides Alice and Bob. */
export const CAROL = keyOf('carol')

/** A document of a history. */
export interface Written extends Draft {
  name: string
  block: Bytes
  digest: Bytes
  /** Whether its own signature holds. */
  isProven: boolean
}

/** The parameters of a document in a history, besides its author, kind and body. */
export interface Manner extends Partial<Draft> {
  /** What the author knew of: its newest documents. Default: all of the history's heads. */
  after?: Written[]
  /** The author's previous document, null for none. Default: the last one written. */
  continues?: Written | null
  signature?: 'own' | 'none' | 'wrong'
}

/** Writes a room's documents; clocks, chains and parents are right unless they are given. */
export class History {
  readonly documents: Written[] = []
  readonly room: Bytes
  readonly app: string

  constructor(app: string, body = rootBody(app, 'Kitchen'), founder = ALICE) {
    this.app = app
    this.documents.push(written('root', root({ body, key: founder }), 'own'))
    this.room = this.root.digest
  }

  get root(): Written {
    return this.documents[0] as Written
  }

  write(name: string, key: Key, kind: string, body: Bytes | string, manner?: Manner): Written {
    return this.writeDraft(name, key, kind, body, manner)
  }

  /** `finish`: what becomes of the draft before it is signed. */
  writeDraft(
    name: string,
    key: Key,
    kind: string,
    body: Bytes | string,
    manner: Manner = {},
    finish = (draft: Draft): Draft => draft,
  ): Written {
    const { after = headsOf(this.documents), signature = 'own', continues, ...changes } = manner
    const last = this.documents.findLast((document) => document.key === key) ?? null
    const previous = continues === undefined ? last : continues
    const parents = after.filter((document) => document !== previous)
    const clocks = [...parents, ...(previous === null ? [] : [previous])].map(({ clock }) => clock)
    const draft: Draft = {
      key,
      room: this.room,
      seq: previous === null ? 0 : previous.seq + 1,
      previous: previous?.digest ?? null,
      parents: parents.map(({ digest }) => digest).sort(byBytes),
      clock: 1 + Math.max(...clocks),
      timeMs: this.root.timeMs + 1_000 * this.documents.length,
      epoch: 0,
      kind,
      links: [],
      body: typeof body === 'string' ? utf8(body) : body,
      isSigned: signature === 'own',
      ...changes,
    }
    const document = written(name, finish(draft), signature)
    this.documents.push(document)
    return document
  }
}

function written(name: string, draft: Draft, signature: 'own' | 'none' | 'wrong'): Written {
  const block =
    signature === 'wrong'
      ? concat(blockOf({ ...draft, isSigned: false }).subarray(0, -1), bytes(filled(64, 9)))
      : blockOf(draft)
  return { ...draft, name, block, digest: sha256(block), isProven: signature === 'own' }
}

const isAncestor = (id: Bytes, { previous, parents }: Draft): boolean =>
  [previous, ...parents].some((ancestor) => ancestor !== null && byBytes(ancestor, id) === 0)

/** The documents that no other of them names. */
export const headsOf = (documents: readonly Written[]): Written[] =>
  documents.filter(({ digest }) => !documents.some((document) => isAncestor(digest, document)))

/** The order of a room: by clock, then by the bytes of the digest. */
const inOrder = (documents: readonly Written[]): Written[] =>
  documents.toSorted((a, b) => a.clock - b.clock || byBytes(a.digest, b.digest))

/**
 * The documents that a room accepts: removes those that break a rule, then those that need them, until
 * nothing changes.
 */
export function acceptedOf({ room, documents }: History): Written[] {
  let left = [...documents]
  for (;;) {
    const kept = left.filter((document) => isSound(document, left, room) && isAuthentic(document, left))
    if (kept.length === left.length) return inOrder(kept)
    left = kept
  }
}

function isSound({ room, digest, key, seq, clock, previous, parents }: Written, all: Written[], id: Bytes): boolean {
  if (byBytes(room ?? digest, id) !== 0) return false
  const named = [...parents, ...(previous === null ? [] : [previous])]
  const ancestors = all.filter((document) => named.some((ancestor) => byBytes(ancestor, document.digest) === 0))
  if (ancestors.length < named.length) return false
  const before = ancestors.find((document) => previous !== null && byBytes(document.digest, previous) === 0)
  if (before !== undefined && (before.key !== key || before.seq !== seq - 1)) return false
  return clock === 1 + Math.max(0, ...ancestors.map((ancestor) => ancestor.clock))
}

function isAuthentic(document: Written, all: Written[]): boolean {
  if (document.isProven) return true
  return all.some(
    (next) =>
      next.previous !== null &&
      byBytes(next.previous, document.digest) === 0 &&
      next.key === document.key &&
      isAuthentic(next, all),
  )
}

/** Bytes in the form of vectors: hex or, if one byte repeats often, a list of hex and of `[byte, times]`. */
export type Spelled = string | (string | [byte: string, times: number])[]

const LONG_RUN = 64

/** Converts bytes to the form of vectors. */
export function spelled(content: Bytes): Spelled {
  const parts: (string | [string, number])[] = []
  let from = 0
  for (let at = 0; at < content.length;) {
    let end = at
    while (end < content.length && content[end] === content[at]) end++
    if (end - at >= LONG_RUN) {
      if (at > from) parts.push(hex(content.subarray(from, at)))
      parts.push([hex(content.subarray(at, at + 1)), end - at])
      from = end
    }
    at = end
  }
  if (parts.length === 0) return hex(content)
  if (from < content.length) parts.push(hex(content.subarray(from)))
  return parts
}

/** The authors in the vectors, with everything derived from their seeds. */
export const authorsVector = (keys: Record<string, Key>) =>
  Object.entries(keys).map(([name, { seed, publicKey, peer }]) => ({
    name,
    seed: hex(seed),
    publicKey: hex(publicKey),
    peer,
  }))
