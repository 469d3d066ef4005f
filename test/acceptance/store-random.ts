/** Random writes for a store and its model, with so few ids that they often collide, and the reads to compare. */
import fc from 'fast-check'
import { expect } from 'vitest'
import {
  compareDocumentIds,
  digestOfDocumentId,
  type BlockId,
  type DocumentId,
  type HeadsDigest,
  type RoomId,
} from '../../protocols/wire/ids.ts'
import type { SortKey, Position } from '../../protocols/wire/order.ts'
import type { BlockWrite, FileFilter } from '../../src/store/blocks.ts'
import type { ListOptions, Store, Write } from '../../src/store/store.ts'
import { authorOf, blockOf, contentOf, idOf, peerOf, roomRow } from './store-rows.ts'

const ROOMS: readonly RoomId[] = ['room', 'other room'].map(idOf)
const AUTHORS = ['a', 'b', 'c'].map(authorOf)
const PEERS = ['x', 'y', 'z'].map(peerOf)
const DOCUMENTS: readonly DocumentId[] = Array.from({ length: 12 }, (_, i) => idOf(i))

/** Documents are blocks as well: `idOf` gives the id of the block that is its label. */
const CONTENTS = new Map<BlockId, Uint8Array>([
  ...Array.from({ length: 5 }, (_, i) => [blockOf(i), contentOf(i)] as const),
  ...DOCUMENTS.slice(0, 2).map((id, i) => [id, contentOf(i)] as const),
])
const BLOCKS = [...CONTENTS.keys()]
/** Roots are among few blocks, so that they often need the same blocks as others, or each other. */
const ROOTS = BLOCKS.slice(3)
const SCOPES: readonly (RoomId | undefined)[] = [...ROOMS, undefined]
const FILE_NAMES = ['soup.pdf', 'Soup.pdf', 'süß']
const STATES = ['searching', 'complete', 'failed'] as const

/** One of each kind: more would mostly take time. */
const FILE_FILTERS: readonly FileFilter[] = [
  {},
  ...DOCUMENTS.slice(0, 2).map((document) => ({ document })),
  ...ROOTS.slice(0, 2).map((root) => ({ root })),
  ...FILE_NAMES.map((name) => ({ name })),
  { root: ROOTS[0]!, name: FILE_NAMES[0]! },
]

/** A step of a random run. */
type Step = { type: 'commit' | 'rollback' } | { type: 'write'; write: Write }

const anyRoom = fc.constantFrom(...ROOMS)
const anyId = fc.constantFrom(...DOCUMENTS)
const anyAuthor = fc.constantFrom(...AUTHORS)
const anyPeer = fc.constantFrom(...PEERS)
const anyAddress = fc.constantFrom('/ip4/10.0.0.1/tcp/1', '/ip4/10.0.0.2/tcp/1', '/dns/küche/tcp/1')
const anyText = fc.string({ unit: 'binary', maxLength: 8 })
/** Few clocks, so that many are equal. */
const anyClock = fc.integer({ min: 0, max: 3 })
const anySeq = fc.maxSafeNat()
const anyTimeMs = fc.integer({ min: 0, max: 3 })
const anyDigest = fc.constantFrom('0', '1').map((digit) => digit.repeat(64) as HeadsDigest)
const anyBytes = fc.uint8Array({ maxLength: 20 })
const anyPosition: fc.Arbitrary<Position> = fc.record({ clock: anyClock, id: anyId })

const anyScope = fc.constantFrom(...SCOPES)
const anyRoot = fc.constantFrom(...ROOTS)
const anyBlock = fc.constantFrom(...BLOCKS)

const anyBlockWrite: fc.Arbitrary<BlockWrite> = fc.oneof(
  fc.record({
    type: fc.constant('put-linking'),
    room: anyRoom,
    row: fc.record(
      {
        id: anyId,
        clock: anyClock,
        links: fc.array(anyBlock, { maxLength: 3 }),
        file: fc.record({
          root: anyRoot,
          name: fc.constantFrom(...FILE_NAMES),
          type: fc.constantFrom('file', 'folder'),
          sizeBytes: fc.maxSafeNat(),
          author: anyAuthor,
          timeMs: fc.maxSafeNat(),
        }),
      },
      { requiredKeys: ['id', 'clock', 'links'] },
    ),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('put-ensured'),
      row: fc.record({
        room: anyScope,
        id: anyRoot,
        state: fc.constantFrom(...STATES),
        failure: fc.option(anyText, { nil: undefined }),
        pinned: fc.boolean(),
        maxBytes: fc.option(fc.maxSafeNat(), { nil: undefined }),
        jobs: fc.array(anyText, { maxLength: 2 }),
        addedAtMs: anyTimeMs,
        blocks: anySeq,
        sizeBytes: anySeq,
      }),
    }),
  },
  fc.record({ type: fc.constant('delete-ensured'), room: anyScope, id: anyRoot }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('put-needs'),
      room: anyScope,
      root: anyRoot,
      needs: fc.array(fc.record({ id: anyBlock }), { maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...CONTENTS)
      .chain(([id, block]) =>
        fc.record({ type: fc.constant('put-block'), id: fc.constant(id), block: fc.constant(block) }),
      ),
  },
  fc.record({ type: fc.constant('forget-released'), ids: fc.array(anyBlock, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('delete-blocks'), ids: fc.array(anyBlock, { maxLength: 3 }) }),
)

const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  { weight: 10, arbitrary: anyBlockWrite },
  fc.record({
    type: fc.constant('put-room'),
    room: fc.record(
      {
        id: anyRoom,
        status: fc.constantFrom('waiting', 'open', 'left'),
        name: anyText,
        app: anyText,
        joinedAtMs: anyTimeMs,
        carriedBytesMax: fc.maxSafeNat(),
        newestFirst: fc.constant(true),
        autoFetchBytesMax: fc.maxSafeNat(),
        filesBytesMax: fc.maxSafeNat(),
        alias: anyText,
        joining: fc.constantFrom('new', 'again'),
        retention: fc.oneof(fc.record({ documents: fc.nat() }), fc.record({ ageMs: fc.nat() })),
      },
      { requiredKeys: ['id', 'status', 'name', 'app', 'joinedAtMs'] },
    ),
  }),
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('put-document'),
      document: fc.record({
        id: anyId,
        room: anyRoom,
        clock: anyClock,
        author: anyAuthor,
        seq: anySeq,
        block: anyBytes,
      }),
      removedHeads: fc.array(anyId, { maxLength: 4 }),
    }),
  },
  fc.record({ type: fc.constant('drop-documents'), room: anyRoom, ids: fc.array(anyId, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant('put-dropped'),
    room: anyRoom,
    headers: fc.array(fc.record({ id: anyId, clock: anyClock, author: anyAuthor, seq: anySeq }), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('put-author-head'),
    room: anyRoom,
    head: fc.record({ author: anyAuthor, id: anyId, seq: anySeq, clock: anyClock, forks: fc.nat({ max: 3 }) }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('put-pending'),
      document: fc.record({ id: anyId, room: anyRoom, from: anyPeer, block: anyBytes }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete-pending'), id: anyId }) },
  fc.record({
    type: fc.constant('put-state'),
    room: anyRoom,
    state: fc.record({ position: anyPosition, encoded: anyBytes }),
  }),
  fc.record({ type: fc.constant('delete-state'), room: anyRoom }),
  fc.record({
    type: fc.constant('put-peer-frontier'),
    room: anyRoom,
    row: fc.record(
      { peer: anyPeer, frontier: fc.array(anyId, { maxLength: 4 }), headsDigest: anyDigest, seenMs: anyTimeMs },
      { requiredKeys: ['peer', 'frontier', 'seenMs'] },
    ),
  }),
  fc.record({ type: fc.constant('delete-peer-frontier'), room: anyRoom, peer: anyPeer }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('put-unacked'),
      room: anyRoom,
      peer: anyPeer,
      row: fc.record({ id: anyId, sends: anySeq, sentMs: anyTimeMs }),
    }),
  },
  fc.record({ type: fc.constant('delete-unacked'), room: anyRoom, peer: anyPeer, id: anyId }),
  fc.record({
    type: fc.constant('put-sharing'),
    room: anyRoom,
    row: fc.record({
      peer: fc.option(anyPeer, { nil: undefined }),
      policy: fc.constantFrom('share', 'accept', 'none'),
      mode: fc.constantFrom('batch', 'interactive', 'auto'),
    }),
  }),
  fc.record({
    type: fc.constant('put-address'),
    address: fc.record({
      peer: anyPeer,
      addresses: fc.array(anyText, { maxLength: 3 }),
      lastSeenMs: anyTimeMs,
      pinned: fc.boolean(),
      roommate: fc.boolean(),
    }),
  }),
  fc.record({ type: fc.constant('delete-address'), peer: anyPeer }),
  fc.record({
    type: fc.constant('put-pinned-address'),
    pinned: fc.record({ address: anyAddress, namedAtMs: anyTimeMs, peer: fc.option(anyPeer, { nil: undefined }) }),
  }),
  fc.record({ type: fc.constant('delete-pinned-address'), address: anyAddress }),
  fc.record({
    type: fc.constant('put-fault'),
    fault: fc.record({
      digest: fc.constantFrom('aa', 'bb'),
      kind: anyText,
      peer: fc.option(anyPeer, { nil: undefined }),
      atMs: anyTimeMs,
      error: anyText,
    }),
  }),
  fc.record({
    type: fc.constant('empty-room'),
    room: anyRoom.map((id) => roomRow(id, { status: 'left' })),
  }),
  fc.record({ type: fc.constant('delete-fault'), digest: fc.constantFrom('aa', 'bb') }),
)

export const anySteps: fc.Arbitrary<Step[]> = fc.array(
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
export interface Reads {
  pages: ListOptions[]
  ranges: PlaceRange[]
}

export const anyReads: fc.Arbitrary<Reads> = fc.record({
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

/** Takes both stores through the steps, comparing all reads at every end of a transaction and in its middle. */
export function runSteps(steps: readonly Step[], store: Store, model: Store, reads: Reads): void {
  const both = (act: (each: Store) => void): void => [store, model].forEach(act)
  for (const step of steps) {
    if (step.type === 'write') {
      both((each) => each.apply(step.write))
      continue
    }
    expectEqualReads(store, model, reads)
    both((each) => each[step.type]())
    expectEqualReads(store, model, reads)
  }
  both((each) => each.commit())
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
    documents: DOCUMENTS.map((id) => [store.hasDocument(id), store.document(id), headerOf(store, id)]),
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
    })),
  }
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
