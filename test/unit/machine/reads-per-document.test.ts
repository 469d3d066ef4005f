/**
 * A document costs as many reads of the store in a room with many authors and heads as in one with few, and no start
 * lists them all at once: anybody can invent authors in an open room. Rows are counted, so that one long list does not
 * count as one read.
 */
import { describe, expect, it } from 'vitest'
import { MAX_PARENTS } from '../../../protocols/document/constants.ts'
import { decodeDocument, encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { HEADS_PAGE } from '../../../src/room/constants.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, NOW_MS, peerA, rootOf } from '../room/history.ts'
import { Nodes, storeWith, type TestNode } from './nodes.ts'

const TRUSTING = { decode: decodeDocument, isSignatureValid: () => true }

const FEW = 10
/** More heads than a document joins, with all that the tests make it join. */
const SOME = 2_000
const MANY = 10_000
/** Documents whose cost is counted together. */
const COUNTED = 10
/** A head that is joined is read to be named, looked up as one of the heads, and as an ancestor. */
const READS_PER_PARENT = 3
/** The newest heads are read anew when one of them was joined. */
const CACHED = 1

const root = rootOf()
const room = root.id

const peerNumbered = (i: number): PeerId => peerIdOfPublicKey(sha256(Buffer.from(`invented ${i}`)))

/** The first document of an author, or the one after it. */
function documentOf(author: PeerId, first?: Document): Document {
  return encodeDocument({
    ...{ room, author, seq: first === undefined ? 0 : 1, previous: first?.id ?? null },
    ...{ parents: first === undefined ? [room] : [], clock: first === undefined ? 2 : 3 },
    ...{ timeMs: NOW_MS, epoch: 0, kind: 'message', links: [], body: encodeText('hi') },
  })
}

/** Counts what is read and written: a call for one, or for as many as it returns. */
class CountedStore {
  rows = 0
  longest = 0
  readonly store: Store

  constructor(store: Store) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target)
        if (typeof member !== 'function') return member
        return (...given: unknown[]): unknown => {
          const result: unknown = Reflect.apply(member, target, given)
          const rows = Array.isArray(result) ? result.length : 0
          this.rows += Math.max(1, rows)
          this.longest = Math.max(this.longest, rows)
          return result
        }
      },
    })
  }
}

/** A room in which that many authors have written a document each, which are all heads. */
class TestRoom {
  readonly nodes = new Nodes(TRUSTING)
  readonly firsts: readonly Document[]
  readonly counted: CountedStore
  readonly node: TestNode

  constructor(authors: number) {
    this.firsts = Array.from({ length: authors }, (_, i) => documentOf(peerNumbered(i)))
    this.counted = new CountedStore(storeWith([root, ...this.firsts], TRUSTING))
    this.node = this.nodes.add('anna', 1, this.counted.store)
    this.node.say(room, 'loads the state')
  }

  /** The rows for something that is done. */
  costOf(work: (test: this) => DocumentId[]): number {
    const before = this.counted.rows
    const ids = work(this)
    const cost = this.counted.rows - before
    if (!ids.every((id) => this.node.has(id))) throw new Error('not all of the documents were accepted')
    return cost
  }

  receive(documents: readonly Document[]): DocumentId[] {
    const blocks = documents.map(({ block }) => block)
    this.node.machine.rooms.receive(room, blocks, peerA, at(NOW_MS))
    this.node.store.commit()
    return documents.map(({ id }) => id)
  }
}

const few = new TestRoom(FEW)
const some = new TestRoom(SOME)
const many = new TestRoom(MANY)

describe.each<[what: string, work: (test: TestRoom) => DocumentId[]]>([
  [
    'first documents of authors',
    (test) => test.receive(Array.from({ length: COUNTED }, (_, i) => documentOf(peerNumbered(MANY + i)))),
  ],
  [
    'further documents of authors',
    (test) => test.receive(test.firsts.slice(0, COUNTED).map((first) => documentOf(first.author, first))),
  ],
])('%s', (_, receive) => {
  it('cost the same, however many authors and heads there are', () => {
    const [ofFew, ofSome, ofMany] = [few, some, many].map((test) => test.costOf(receive))
    expect(ofMany).toBeLessThanOrEqual(ofSome! + CACHED)
    // With more heads than can be named, the one that a document names is looked up, to change the digest of all.
    expect(ofMany).toBeLessThanOrEqual(ofFew! + CACHED + COUNTED)
  })
})

describe('a document of its own', () => {
  it('costs the same, however many authors and heads there are', () => {
    const write = ({ node }: TestRoom): DocumentId[] => [node.say(room, 'hello')]
    const [ofFew, ofSome, ofMany] = [few, some, many].map((test) => test.costOf(write))
    expect(ofMany).toBeLessThanOrEqual(ofSome! + CACHED)
    expect(ofMany, 'it joins as many heads as it can name').toBeLessThanOrEqual(
      ofFew! + CACHED + READS_PER_PARENT * (MAX_PARENTS + 1),
    )
  })

  it('costs the receiver the same', () => {
    const [ofSome, ofMany] = [some, many].map(({ nodes, node, counted, ...test }) => {
      const bob = nodes.add('bob', 2, storeWith([root, ...test.firsts], TRUSTING))
      nodes.link(node, bob)
      nodes.run(60_000)
      const before = counted.rows
      const id = bob.say(room, 'hello')
      nodes.run(10_000)
      expect(node.has(id)).toBe(true)
      return counted.rows - before
    })
    expect(ofMany).toBeLessThanOrEqual(ofSome! + CACHED)
  })
})

it('a start reads few heads at a time', () => {
  many.counted.longest = 0
  many.node.restart()
  expect(many.node.machine.rooms.get(room)!.graph.heads.frontier().headsDigest).toBeDefined()
  expect(many.counted.longest).toBeLessThanOrEqual(HEADS_PAGE)
})
