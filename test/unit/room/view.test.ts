import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { ARRAY_HEADER_BYTES } from '../../../protocols/apps/constants.ts'
import { DELETE_KIND, PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import {
  DROP_KIND,
  MAX_STATE_BYTES,
  MOVED_KIND,
  PROFILE_KIND,
  RESTORE_KIND,
} from '../../../protocols/room/constants.ts'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { sha256Hex } from '../../../protocols/wire/crypto.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import type { Fold } from '../../../src/kith.ts'
import { PERSIST_STATE_EVERY } from '../../../src/room/constants.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { markOf } from '../../../src/room/moves.ts'
import { RoomView } from '../../../src/room/view.ts'
import { rulingBody } from '../../../src/room/rulings.ts'
import { wholeFold, type RuledFold } from '../../../src/room/whole-state.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { deliveryOf, peerA, rootOf, signerOf, stepsArbitrary, welcome, Writer, NOW_MS, type Step } from './history.ts'

// So small that a history of a few documents passes every one of them.
vi.mock('../../../protocols/room/constants.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../../protocols/room/constants.ts')>()),
  MAX_STATE_BYTES: 1500,
}))
vi.mock('../../../src/room/constants.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../../src/room/constants.ts')>()),
  KEEP_STATE_EVERY: 2,
  MAX_KEPT_STATES: 4,
  PERSIST_STATE_EVERY: 5,
  REPLAY_PAGE: 3,
}))

const root = rootOf()
const room = root.id

/** Ids in the order they were folded: nothing about it commutes. */
const trail: Fold<readonly string[]> = {
  commutes: false,
  initial: () => [],
  reduce: (state, { id, kind }) => (kind === DELETE_KIND ? state.slice(1) : [...state, id]),
  sizeBytes: (state) => ARRAY_HEADER_BYTES + state.join(' ').length,
  encode: (state) => encodeText(state.join(' ')),
  decode: (bytes) => Buffer.from(bytes).toString().split(' ').filter(Boolean),
  toJson: (state) => [...state],
}

const apps: [string, Fold<unknown>][] = [
  ['chat', wholeFold(chat.fold, { owner: root.author }) as Fold<unknown>],
  ['map', wholeFold(map.fold, { owner: root.author }) as Fold<unknown>],
  ['an app that does not commute', trail as Fold<unknown>],
]

const bodyArbitrary = fc.oneof(
  fc.string({ maxLength: 400 }).map((text) => ({ kind: MESSAGE_KIND, body: encodeText(text) })),
  fc
    .tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.nat({ max: 700 }))
    .map(([key, length]) => ({ kind: PUT_KIND, body: mapKinds.put.encode({ key, value: 'v'.repeat(length) }) })),
  fc.constantFrom('a', 'b', 'c').map((key) => ({ kind: DELETE_KIND, body: mapKinds.delete.encode(key) })),
  fc.string({ minLength: 1, maxLength: 20 }).map((name) => ({ kind: PROFILE_KIND, body: encodeText(name) })),
  fc
    .tuple(fc.constantFrom(DROP_KIND, DROP_KIND, RESTORE_KIND), fc.nat({ max: 3 }))
    .map(([kind, author]) => ({ kind, body: rulingBody(signerOf(author).author)! })),
  fc
    .constantFrom(root, rootOf('chat', 2), rootOf('chat', 3))
    .map(({ id }) => ({ kind: MOVED_KIND, body: markOf(room, id) })),
)

const historyArbitrary = (maxLength: number): fc.Arbitrary<Document[]> =>
  fc
    .tuple(stepsArbitrary(maxLength), fc.array(bodyArbitrary, { minLength: maxLength, maxLength }))
    .map(([steps, bodies]) => {
      const writer = new Writer(root)
      for (const [i, step] of steps.entries()) writer.write({ ...step, ...bodies[i]! })
      return writer.documents
    })

/** The definition: all documents in order under all rulings, each refused that takes the state further past the cap. */
function foldAll<State>(
  app: Fold<State> & Partial<RuledFold<State>>,
  documents: readonly Document[],
): { state: State; refused: DocumentId[] } {
  const refused: DocumentId[] = []
  const ruled = documents.reduce((before, document) => app.reduce(before, document), app.initial())
  const initial = app.under?.(app.initial(), ruled) ?? app.initial()
  const state = documents.toSorted(comparePositions).reduce((before, document) => {
    const after = app.reduce(before, document)
    if (after === before || app.sizeBytes(after) <= Math.max(MAX_STATE_BYTES, app.sizeBytes(before))) return after
    refused.push(document.id)
    return before
  }, initial)
  return { state, refused }
}

const hashOf = <State>(app: Fold<State>, documents: readonly Document[]): string =>
  sha256Hex(app.encode(foldAll(app, documents).state))

const MISHAPS = ['none', 'none', 'look', 'persist', 'restart', 'crash'] as const

/** A view that is fed by a graph, as in a room. */
class Fed {
  readonly store: Store = memoryStore()
  readonly #app: Fold<unknown>
  #graph: RoomGraph
  view: RoomView<unknown>

  constructor(app: Fold<unknown>) {
    this.#app = app
    this.#graph = new RoomGraph(room, this.store)
    this.view = new RoomView(room, app, this.store)
  }

  feed(blocks: readonly Uint8Array[]): DocumentId[] {
    return this.view.fold(this.#graph.receive(blocks, peerA, welcome).accepted)
  }

  mishap(kind: (typeof MISHAPS)[number]): void {
    if (kind === 'look') this.view.hash()
    if (kind === 'persist') this.view.persist()
    if (kind === 'restart') this.view.persist()
    if (kind === 'restart') this.store.commit()
    if (kind === 'crash') this.store.rollback()
    if (kind === 'restart' || kind === 'crash') {
      this.#graph = new RoomGraph(room, this.store)
      this.view = new RoomView(room, this.#app, this.store)
    } else if (kind === 'none') this.store.commit()
  }
}

describe.each(apps)("a room's state, of %s,", (_name, app) => {
  it('is the fold of all documents in order, however they come and whatever happens between', () => {
    fc.assert(
      fc.property(historyArbitrary(24), fc.nat(), (documents, seed) => {
        const random = seededRandom(seed)
        const fed = new Fed(app)
        for (const blocks of deliveryOf(documents, seed)) {
          fed.feed(blocks)
          fed.mishap(MISHAPS[Math.floor(random() * MISHAPS.length)]!)
        }
        fed.feed(documents.map(({ block }) => block)) // what crashes lost
        expect(fed.store.totals(room).documents).toBe(documents.length)
        expect(fed.view.hash()).toBe(hashOf(app, documents))
        expect(fed.view.sizeBytes()).toBeLessThanOrEqual(MAX_STATE_BYTES)
        const restarted = new RoomView(room, app, fed.store)
        expect(restarted.hash()).toBe(fed.view.hash())
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a document at the end of the order exactly where it said it would', () => {
    fc.assert(
      fc.property(historyArbitrary(16), fc.nat(), (documents, seed) => {
        const fed = new Fed(app)
        const newest = documents.toSorted(comparePositions).at(-1)!
        const parts = deliveryOf(
          documents.filter((document) => document !== newest),
          seed,
        )
        // What descends from the withheld one, and nothing else, waits with it: it is the last in the order.
        for (const blocks of parts) fed.feed(blocks)
        const wouldRefuse = fed.view.wouldRefuse(newest)
        expect(fed.feed([newest.block])).toEqual(wouldRefuse ? [newest.id] : [])
        expect(foldAll(app, documents).refused.includes(newest.id)).toBe(wouldRefuse)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a view', () => {
  const app = wholeFold(map.fold) as Fold<unknown>
  const put = (author: number, key: string, length: number, parents: number[]): Step => ({
    author,
    parents,
    isFork: false,
    signing: 'signed',
    kind: PUT_KIND,
    body: mapKinds.put.encode({ key, value: 'v'.repeat(length) }),
  })

  it('takes a late document into account that arrives before anybody looks after a restart', () => {
    const writer = new Writer(root)
    const late = writer.write(put(2, 'late', 1, [0]))
    for (let i = 0; i < 4; i++) writer.write(put(1, `key ${i}`, 1, i === 0 ? [1] : []))
    const fed = new Fed(app)
    fed.feed(writer.documents.filter((document) => document !== late).map(({ block }) => block))
    fed.mishap('look')
    fed.mishap('restart')
    fed.feed([late.block])
    expect(fed.view.hash()).toBe(hashOf(app, writer.documents))
    expect(JSON.stringify(fed.view.toJson())).toContain('"late"')
  })

  it('takes all rulings into account that arrive after a restart, before and after the stored state', () => {
    const ruled = wholeFold(map.fold, { owner: root.author }) as Fold<unknown>
    const writer = new Writer(root)
    const drop = (author: number, parents: number[]): Step => {
      return { ...put(0, 'x', 0, parents), kind: DROP_KIND, body: rulingBody(signerOf(author).author)! }
    }
    for (let i = 0; i < 4; i++) writer.write(put(1, `key ${i}`, 1, i === 0 ? [0] : []))
    const dropped = writer.write(put(2, 'of somebody dropped', 1, [4]))
    const early = writer.write(drop(2, [0]))
    const after = writer.write(drop(3, [2]))
    const late = [dropped, early, after]
    const fed = new Fed(ruled)
    fed.feed(writer.documents.filter((document) => !late.includes(document)).map(({ block }) => block))
    fed.mishap('look')
    fed.mishap('restart')
    const stored = fed.store.state(room)!.position
    expect([early, after].map((document) => Math.sign(comparePositions(document, stored)))).toEqual([-1, 1])
    fed.feed(late.map(({ block }) => block))
    expect(fed.view.hash()).toBe(hashOf(ruled, writer.documents))
    expect(JSON.stringify(fed.view.toJson())).not.toContain('dropped')
  })

  it('names the documents it refuses, also where it had not been looked at', () => {
    const writer = new Writer(root)
    writer.write(put(1, 'a', 1000, [0]))
    const tooMuch = writer.write(put(1, 'b', 1000, []))
    const after = writer.write(put(1, 'c', 10, []))
    const fed = new Fed(app)
    expect(fed.feed(writer.documents.map(({ block }) => block))).toEqual([tooMuch.id])
    expect(fed.view.wouldRefuse(writer.write(put(1, 'd', 1000, [])))).toBe(true)
    expect(fed.view.wouldRefuse(writer.write(put(1, 'a', 10, [])))).toBe(false)
    expect(fed.view.hash()).toBe(hashOf(app, writer.documents.slice(0, writer.documents.indexOf(after) + 1)))
  })

  it('refuses alike whether a document came in time or late, near the cap', () => {
    const writer = new Writer(root)
    const late = writer.write(put(2, 'late', 600, [0]))
    for (let i = 0; i < 3; i++) writer.write(put(1, `key ${i}`, 300, i === 0 ? [1] : []))
    const inTime = new Fed(app)
    inTime.feed(writer.documents.map(({ block }) => block))
    const lately = new Fed(app)
    for (const document of [...writer.documents.filter((d) => d !== late), late]) lately.feed([document.block])
    expect(foldAll(app, writer.documents).refused).not.toEqual([])
    expect(lately.view.hash()).toBe(inTime.view.hash())
  })

  it.each([
    ['that an app does not read', app, 'album'],
    ['of an app whose state is bounded', { ...app, maxSizeBytes: MAX_STATE_BYTES }, DELETE_KIND],
  ])('reads nothing again for late documents %s, however many there are', (_name, fold, kind) => {
    const writer = new Writer(root)
    const ofKind = (author: number, parents: number[]): Step => {
      return { ...put(author, 'x', 0, parents), kind, body: mapKinds.delete.encode('x'.repeat(100)) }
    }
    const early = Array.from({ length: 20 }, (_, i) => writer.write(ofKind(1, i === 0 ? [0] : [])))
    const late = Array.from({ length: 20 }, (_, i) => writer.write(ofKind(2, i === 0 ? [early.length] : [])))
    const fed = new Fed(fold)
    fed.feed([root.block])
    fed.mishap('look')
    fed.feed(early.map(({ block }) => block))
    const reads = vi.spyOn(fed.store, 'documents')
    for (const { block } of late) fed.feed([block])
    const ofView = reads.mock.calls.filter(([, range]) => 'limit' in range)
    expect(ofView).toEqual([])
    expect(fed.view.hash()).toBe(hashOf(fold, writer.documents))
  })

  it('folds late documents into the stored state after a restart, however long the history is', () => {
    const bounded = { ...app, maxSizeBytes: MAX_STATE_BYTES }
    const writer = new Writer(root)
    const early = Array.from({ length: 8 }, (_, i) => writer.write(put(1, `key ${i}`, 1, i === 0 ? [0] : [])))
    const late = Array.from({ length: 2 }, (_, i) => writer.write(put(2, `late ${i}`, 1, i === 0 ? [1] : [])))
    const fed = new Fed(bounded)
    fed.feed([root, ...early].map(({ block }) => block))
    fed.mishap('look')
    fed.mishap('restart')
    const stored = fed.store.state(room)?.position
    const reads = vi.spyOn(fed.store, 'documents')
    for (const { block } of late) fed.feed([block])
    const ofView = reads.mock.calls.filter(([, range]) => 'limit' in range)
    expect(ofView).toEqual([[room, { after: stored, limit: 3 }]])
    expect(fed.view.hash()).toBe(hashOf(bounded, writer.documents))
  })

  it('lets a state that shrinks again take more', () => {
    const writer = new Writer(root)
    writer.write(put(1, 'a', 1000, [0]))
    const fed = new Fed(app)
    fed.feed(writer.documents.map(({ block }) => block))
    const more = put(1, 'b', 1000, [])
    expect(fed.view.wouldRefuse(new Writer(root).write({ ...more, parents: [0] }))).toBe(true)
    fed.feed([writer.write({ ...more, kind: DELETE_KIND, body: mapKinds.delete.encode('a') }).block])
    expect(fed.feed([writer.write(more).block])).toEqual([])
  })

  it(`keeps its state after ${PERSIST_STATE_EVERY} documents, and forgets it for a document before it`, () => {
    const writer = new Writer(root)
    const late = writer.write(put(2, 'late', 1, [0]))
    for (let i = 0; i < 2 * PERSIST_STATE_EVERY; i++) writer.write(put(1, `key ${i}`, 1, i === 0 ? [1] : []))
    const fed = new Fed(app)
    fed.mishap('look')
    const [, , ...others] = writer.documents
    fed.feed([root.block])
    for (const { block } of others) fed.feed([block])
    expect(fed.store.state(room)?.position.clock).toBeGreaterThan(PERSIST_STATE_EVERY)
    fed.feed([late.block])
    const kept = fed.store.state(room)?.position
    expect(kept === undefined || comparePositions(kept, late) < 0).toBe(true)
    expect(new RoomView(room, app, fed.store).hash()).toBe(hashOf(app, writer.documents))
    fed.view.persist()
    expect(fed.store.state(room)?.position.id).toBe(writer.documents.at(-1)?.id)
  })
})

describe('the state of an app that commutes', () => {
  it.each(apps.filter(([, app]) => app.commutes))("of %s grows by no more than a document's length", (_name, app) => {
    const { author } = signerOf(1)
    fc.assert(
      fc.property(fc.array(bodyArbitrary, { maxLength: 5 }), bodyArbitrary, fc.nat(), (before, last, timeMs) => {
        const documentOf = ({ kind, body }: { kind: string; body: Uint8Array }) =>
          encodeDocument({
            ...{ room, author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: NOW_MS + timeMs },
            ...{ epoch: 0, kind, links: [], body },
          })
        const state = before.map(documentOf).reduce((folded, document) => app.reduce(folded, document), app.initial())
        const document = documentOf(last)
        const growth = app.sizeBytes(app.reduce(state, document)) - app.sizeBytes(state)
        expect(growth).toBeLessThanOrEqual(document.block.length)
      }),
      { numRuns: 500 },
    )
  })
})
