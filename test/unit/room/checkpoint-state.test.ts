/** The state at a checkpoint: that after exactly its ancestors, whatever was written beside it. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import { DROP_KIND, PROFILE_KIND, RESTORE_KIND } from '../../../protocols/room/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { map } from '../../../src/apps/map/index.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import type { Fold } from '../../../src/kith.ts'
import type { Checkpoint } from '../../../src/room/checkpoint.ts'
import { stateAt } from '../../../src/room/checkpoint-state.ts'
import { documentReader as reader } from '../../../src/room/document-reader.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { rulingBody } from '../../../src/room/rulings.ts'
import { RoomView } from '../../../src/room/view.ts'
import { wholeFold, type RuledFold } from '../../../src/room/whole-state.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { ancestorIds, deliveryOf, peerA, rootOf, signerOf, stepsArbitrary, welcome, Writer } from './history.ts'

// So small that a history of a few documents passes every one of them.
vi.mock('../../../src/room/constants.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../../src/room/constants.ts')>()),
  KEEP_STATE_EVERY: 2,
  MAX_KEPT_STATES: 4,
  PERSIST_STATE_EVERY: 5,
  REPLAY_PAGE: 3,
}))

const MAX_LENGTH = 30
const root = rootOf()
const room = root.id
const owner = root.author

/** Ids in the order they were folded: nothing about it commutes. */
const trail: Fold<readonly string[]> = {
  commutes: false,
  initial: () => [],
  reduce: (state, { id }) => [...state, id],
  sizeBytes: (state) => state.length,
  encode: (state) => encodeText(state.join(' ')),
  decode: (bytes) => Buffer.from(bytes).toString().split(' ').filter(Boolean),
  toJson: (state) => [...state],
}

type AnyFold = RuledFold<unknown>
const apps: [string, AnyFold][] = [
  ['map', wholeFold(map.fold, { owner }) as AnyFold],
  ['an app that does not commute', wholeFold(trail, { owner }) as AnyFold],
]

const bodyArbitrary = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.string({ maxLength: 20 }).map((text) => ({ kind: MESSAGE_KIND, body: encodeText(text) })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('a', 'b', 'c')
      .map((key) => ({ kind: PUT_KIND, body: mapKinds.put.encode({ key, value: key }) })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('Bob', 'Rob').map((name) => ({ kind: PROFILE_KIND, body: encodeText(name) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(DROP_KIND, DROP_KIND, RESTORE_KIND), fc.nat({ max: 3 }))
      .map(([kind, author]) => ({ kind, body: rulingBody(signerOf(author).author)! })),
  },
)

const historyArbitrary: fc.Arbitrary<Document[]> = fc
  .tuple(stepsArbitrary(MAX_LENGTH), fc.array(bodyArbitrary, { minLength: MAX_LENGTH, maxLength: MAX_LENGTH }))
  .map(([steps, bodies]) => {
    const writer = new Writer(root)
    for (const [i, step] of steps.entries()) writer.write({ ...step, ...bodies[i]! })
    return writer.documents
  })

/** All that come before a document by what they name. */
function ancestorsOf(document: Document, documents: readonly Document[]): Document[] {
  const byId = new Map(documents.map((each) => [each.id, each]))
  const met = new Set<DocumentId>(ancestorIds(document))
  for (const id of met) for (const before of ancestorIds(byId.get(id)!)) met.add(before)
  return documents.filter(({ id }) => met.has(id))
}

/** The definition: some documents in order under all their rulings. */
function foldOf(fold: AnyFold, documents: readonly Document[]): Uint8Array {
  const reduceAll = (state: unknown): unknown =>
    documents.toSorted(comparePositions).reduce((before, document) => fold.reduce(before, document), state)
  return fold.encode(reduceAll(fold.under(fold.initial(), reduceAll(fold.initial()))))
}

const isRuling = ({ author, kind }: Document): boolean => author === owner && [DROP_KIND, RESTORE_KIND].includes(kind)

function at(document: Document, documents: number): Checkpoint {
  const { id, clock, author } = document
  return { position: { id, clock }, author, documents, root: '' as Checkpoint['root'], sizeBytes: 1 }
}

/** A node that got documents in some order, and may have started again since. */
function nodeWith(fold: AnyFold, documents: readonly Document[], seed: number, isRestarted: boolean) {
  const store = memoryStore()
  const graph = new RoomGraph(room, store)
  const view = new RoomView(room, fold, store)
  for (const blocks of deliveryOf(documents, seed)) view.fold(graph.receive(blocks, peerA, welcome).accepted)
  if (!isRestarted) return { store, reader, view }
  view.persist()
  return { store, reader, view: new RoomView(room, fold, store) }
}

describe.each(apps)('the state of %s at a checkpoint', (_name, fold) => {
  it('is that after exactly its ancestors, unless the owner ruled beside it', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.nat(), fc.nat(), fc.boolean(), (documents, which, seed, isRestarted) => {
        const checkpoint = documents[1 + (which % (documents.length - 1))]!
        const node = nodeWith(fold, documents, seed, isRestarted)
        const before = ancestorsOf(checkpoint, documents)
        const others = documents.filter((document) => document !== checkpoint && !before.includes(document))
        // Whoever asks sees to rulings after it.
        fc.pre(
          !isRuling(checkpoint) && !others.some((other) => isRuling(other) && comparePositions(other, checkpoint) > 0),
        )
        const state = stateAt(room, at(checkpoint, before.length), node)
        expect(state).toEqual(others.some(isRuling) ? undefined : foldOf(fold, before))
      }),
      { numRuns: 500 },
    )
  })

  it('is not told if it has more ancestors than it says', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.nat(), fc.integer({ min: 1, max: 3 }), (documents, seed, less) => {
        const checkpoint = documents.toSorted(comparePositions).at(-1)!
        const node = nodeWith(fold, documents, seed, false)
        const { length } = ancestorsOf(checkpoint, documents)
        expect(stateAt(room, at(checkpoint, length - less), node)).toBeUndefined()
      }),
      { numRuns: 100 },
    )
  })
})

it('is not told of a document that is not here, or of another room', () => {
  const fold = apps[0]![1]
  const documents = new Writer(root).documents
  const node = nodeWith(fold, documents, 1, false)
  const elsewhere = new Writer(rootOf('chat', 2)).say(1, 'elsewhere')
  expect(stateAt(room, at(elsewhere, 1), node)).toBeUndefined()
  expect(stateAt(elsewhere.room!, at(root, 0), node)).toBeUndefined()
})

it('is not told where the disk has damaged a document that it would depend on, and nothing fails', () => {
  const fold = apps[1]![1]
  const writer = new Writer(root)
  for (let i = 0; i < 8; i++) writer.say(i % 2, 'together')
  const documents = writer.documents.toSorted(comparePositions)
  const checkpoint = documents.at(-1)!
  const before = ancestorsOf(checkpoint, documents)
  const states = new Set<string>()
  for (const damaged of documents) {
    const node = nodeWith(fold, documents, 1, false)
    const of = at(checkpoint, before.length)
    expect(stateAt(room, of, node)).toBeDefined()
    const asRead = <Row extends { id: DocumentId; block: Uint8Array }>(row: Row): Row =>
      row.id === damaged.id ? { ...row, block: row.block.subarray(0, -1) } : row
    const [one, some] = [node.store.document.bind(node.store), node.store.documents.bind(node.store)]
    node.store.document = (id) => {
      const row = one(id)
      return row && asRead(row)
    }
    node.store.documents = (...range) => some(...range).map(asRead)
    states.add(Buffer.from(stateAt(room, of, node) ?? 'none').toString())
  }
  // Either way is right, and another state is not.
  const right = Buffer.from(foldOf(fold, before)).toString()
  expect([...states].filter((state) => state !== right)).toEqual(['none'])
})
