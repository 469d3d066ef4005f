/** Random runs of a store and its model, and the reads to compare. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDocumentIds, digestOfDocumentId, type DocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import type { SortKey, Position } from '../../protocols/wire/order.ts'
import type { FileFilter } from '../../src/store/blocks.ts'
import type { ChildLinkFilter } from '../../src/store/child-links.ts'
import type { ListOptions, Store, Write } from '../../src/store/store.ts'
import {
  anyClock,
  anyId,
  anyPosition,
  anyWrite,
  AUTHORS,
  BLOCKS,
  DOCUMENTS,
  FILE_NAMES,
  PEERS,
  PLACES,
  ROOMS,
  ROOTS,
  STATES,
} from './store-any-write.ts'
import { StoreModel } from './store-model.ts'
import type { StoreUnderTest } from './store-under-test.ts'

/** One of each kind: more would mostly take time. */
const FILE_FILTERS: readonly FileFilter[] = [
  {},
  ...DOCUMENTS.slice(0, 2).map((document) => ({ document })),
  ...ROOTS.slice(0, 2).map((root) => ({ root })),
  ...FILE_NAMES.map((name) => ({ name })),
  { root: ROOTS[0]!, name: FILE_NAMES[0]! },
]

const CHILD_FILTERS: readonly Partial<ChildLinkFilter>[] = [
  ...[{}, { limit: Infinity }, { areThreads: true as const }, { before: { clock: 2, id: DOCUMENTS[0]! } }],
  ...[{ child: ROOMS[0]! }, { title: FILE_NAMES[0]! }, { about: DOCUMENTS[1]!, title: FILE_NAMES[1]! }],
]

/** A step of a random run. */
type Step = { type: 'commit' | 'rollback' } | { type: 'write'; write: Write }

const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('write'), write: anyWrite }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('commit', 'rollback') }) },
  ),
  { maxLength: 120, size: 'max' },
)

const anyListOptions: fc.Arbitrary<ListOptions[]> = fc.array(
  fc.record(
    {
      after: anyPosition,
      before: anyPosition,
      descending: fc.boolean(),
      limit: fc.oneof(fc.nat(6), fc.constant(Infinity)),
      maxBytes: fc.integer({ min: 1, max: 500 }),
    },
    { requiredKeys: ['limit'] },
  ),
  { minLength: 4, maxLength: 8 },
)

/** A sort key beside, before, after or at those of the documents. */
const anyPlace: fc.Arbitrary<SortKey> = fc
  .record({ clock: anyClock, id: anyId, length: fc.constantFrom(0, 1, 31, 32) })
  .map(({ clock, id, length }) => {
    const digest = new Uint8Array(32)
    digest.set(digestOfDocumentId(id).subarray(0, length))
    return { clock, digest }
  })

interface PlaceRange {
  lower: SortKey
  upper: SortKey | undefined
  limit: number
}

/** The queries for lists: pages of documents, and ranges of sort keys. */
interface Reads {
  pages: ListOptions[]
  ranges: PlaceRange[]
}

const anyReads: fc.Arbitrary<Reads> = fc.record({
  pages: anyListOptions,
  ranges: fc.array(
    fc.record({
      lower: anyPlace,
      upper: fc.option(anyPlace, { nil: undefined }),
      limit: fc.oneof(fc.nat(6), fc.constant(Infinity)),
    }),
    { minLength: 4, maxLength: 8 },
  ),
})

export function randomTests(open: () => StoreUnderTest): void {
  test('random transactions give the same reads as the naive model', () => {
    fc.assert(
      fc.property(anySteps, anyReads, (steps, reads) => {
        const fresh = open()
        try {
          const model = new StoreModel()
          runSteps(steps, fresh.store, model, reads)
          const reopened = fresh.reopen()
          expect(snapshotOf(reopened)).toEqual(snapshotOf(model))
        } finally {
          fresh.cleanup()
        }
      }),
      { numRuns: 60 },
    )
  })
}

/** Takes both stores through the steps, comparing all reads at every end of a transaction and in its middle. */
function runSteps(steps: readonly Step[], store: Store, model: Store, reads: Reads): void {
  const both = (act: (each: Store) => void): void => [store, model].forEach(act)
  for (const step of steps) {
    if (step.type === 'write') {
      const write = soundWrite(step.write, model)
      if (write !== undefined) both((each) => each.apply(write))
      continue
    }
    expectEqualReads(store, model, reads)
    both((each) => each[step.type]())
    expectEqualReads(store, model, reads)
  }
  both((each) => each.commit())
}

/** Documents leave a room that is here, and of those that stay only such become heads that are none yet. */
function soundWrite(write: Write, model: Store): Write | undefined {
  if (write.type !== 'retract-documents') return write
  const { room, ids } = write
  if (!model.rooms().some(({ id }) => id === room)) return undefined
  const heads = new Map<DocumentId, Position>()
  for (const { id } of write.heads) {
    const header = model.documentHeader(id)
    if (header?.room !== room || ids.includes(id) || model.isHead(room, id)) continue
    heads.set(id, { id, clock: header.clock })
  }
  return { ...write, heads: [...heads.values()] }
}

function expectEqualReads(store: Store, model: Store, { pages, ranges }: Reads): void {
  expect(snapshotOf(store)).toEqual(snapshotOf(model))
  for (const room of ROOMS) {
    for (const page of pages) expect(store.documents(room, page)).toEqual(model.documents(room, page))
    for (const { lower, upper, limit } of ranges) {
      expect(store.sortKeys(room, lower, upper, limit)).toEqual(model.sortKeys(room, lower, upper, limit))
    }
  }
}

/** Everything that can be read from a store without naming a document or block, and the documents, blocks, authors and peers of the random runs. */
export function snapshotOf(store: Store, rooms: readonly RoomId[] = ROOMS): unknown {
  return {
    rooms: store.rooms(),
    addresses: store.addresses(),
    pinnedAddresses: store.pinnedAddresses(),
    faults: store.faults(),
    documents: DOCUMENTS.map((id) => [
      store.hasDocument(id),
      ROOMS.map((room) => store.hasDocument(id, room)),
      store.document(id),
      headerOf(store, id),
    ]),
    blocks: BLOCKS.map((id) => [store.blockSizeBytes(id), store.block(id)]),
    released: releasedIn(store),
    unneeded: store.unneededBlocks(Infinity).blocks.toSorted((a, b) => compareDocumentIds(a.id, b.id)),
    ensured: [undefined, null, ...rooms].flatMap((room) =>
      [undefined, ...STATES].flatMap((state) =>
        [undefined, true, false].map((pinned) => store.ensuredRows({ room, state, pinned })),
      ),
    ),
    firstEnsured: store.ensuredRows({ limit: 2 }),
    incomplete: store.ensuredRows({ incomplete: true }),
    withJobs: [undefined, ...STATES].map((state) => store.ensuredRows({ state, withJobs: true })),
    roots: [undefined, ...rooms].map((room) => ROOTS.map((root) => store.ensured(room, root))),
    verified: store.verified(),
    locks: store.locks(),
    ringItems: [false, true].flatMap((isPrevious) => {
      const [first, ...others] = store.heldItems(undefined, isPrevious, Infinity)
      return [first, others, store.heldItems(first?.key, isPrevious, 2)]
    }),
    ringValues: store
      .heldItems(undefined, false, Infinity)
      .map(({ key, id }) => [store.heldItem(key), store.itemOfId(id), store.packedItem(key)]),
    farthestRingItems: store.farthestItems(3),
    ringTotals: store.heldTotals(),
    content: rooms.map((room) => ({
      documents: store.documents(room, { limit: Infinity }),
      heads: [2, Infinity].flatMap((limit) => [
        store.newestHeads(room, limit),
        store.newestHeads(room, limit, store.newestHeads(room, 1)[0]),
      ]),
      headCount: store.headCount(room),
      isHead: DOCUMENTS.slice(0, 3).map((id) => store.isHead(room, id)),
      authorHeads: store.authorHeads(room),
      byAuthor: AUTHORS.map((author) => store.authorHead(room, author)),
      access: store.accessRows(room),
      epochs: store.epochs(room),
      known: DOCUMENTS.map((id) => store.knownVersion(room, id)),
      totals: store.totals(room),
      dropped: [0, 1, 9].map((limit) => store.droppedHeaders(room, store.droppedHeaders(room, undefined, 1)[0], limit)),
      bytes: AUTHORS.map((author) => store.authorBytes(room, author)),
      pending: store.pending(room),
      state: store.state(room),
      peerFrontiers: store.peerFrontiers(room),
      unacked: PEERS.map((peer) => store.unacked(room, peer)),
      sharing: store.sharing(room),
      linking: store.linking(room),
      newestLinking: [undefined, ...store.linking(room)].map((before) => store.newestLinking(room, 2, before)),
      files: FILE_FILTERS.map((filter) => store.files(room, filter)),
      isNeeded: BLOCKS.map((id) => store.isNeeded(room, id)),
      childLinks: CHILD_FILTERS.map((filter) => store.childLinks({ room, limit: 3, ...filter })),
      directory: PLACES.map((place) => [
        store.directoryNode(room, place),
        inOrder(store.directoryRecords(room, place)),
      ]),
      directoryNodes: inOrder(store.directoryNodes(room, undefined, Infinity).map(({ packed }) => packed)),
      directorySizes: [store.directorySize(room), store.directorySize(undefined)],
      directoryAuthors: AUTHORS.map((author) => store.directoryAuthorRecords(room, author)),
      linkingRooms: store.linkingRooms(room).toSorted(compareDocumentIds),
    })),
  }
}

function inOrder(bytes: readonly Uint8Array[]): Uint8Array[] {
  return bytes.map((each) => Uint8Array.from(each)).sort((a, b) => Buffer.compare(a, b))
}

/** In an order that all stores share. */
function releasedIn(store: Store): unknown {
  const { ids, unneeded } = store.releasedBlocks(Infinity)
  return [ids.toSorted(compareDocumentIds), unneeded.toSorted((a, b) => compareDocumentIds(a.id, b.id))]
}

function headerOf(store: Store, id: DocumentId): unknown {
  const { room, clock, author, seq } = store.documentHeader(id) ?? {}
  return { room, clock, author, seq }
}
