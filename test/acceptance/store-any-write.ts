/** Random writes for a store and its model, with so few ids that they often collide. */
import fc from 'fast-check'
import type { BlockId, DocumentId, HeadsDigest, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { BlockWrite } from '../../src/store/blocks.ts'
import type { Write } from '../../src/store/store.ts'
import { authorOf, blockOf, contentOf, idOf, lockRow, peerOf, ringItemRow, roomRow } from './store-rows.ts'

export const ROOMS: readonly RoomId[] = ['room', 'other room'].map(idOf)
export const AUTHORS = ['a', 'b', 'c'].map(authorOf)
export const PEERS = ['x', 'y', 'z'].map(peerOf)
export const DOCUMENTS: readonly DocumentId[] = Array.from({ length: 12 }, (_, i) => idOf(i))

/** Documents are blocks as well: `idOf` gives the id of the block that is its label. */
const CONTENTS = new Map<BlockId, Uint8Array>([
  ...Array.from({ length: 5 }, (_, i) => [blockOf(i), contentOf(i)] as const),
  ...DOCUMENTS.slice(0, 2).map((id, i) => [id, contentOf(i)] as const),
])
export const BLOCKS = [...CONTENTS.keys()]
/** Roots are among few blocks, so that they often need the same blocks as others, or each other. */
export const ROOTS = BLOCKS.slice(3)
const SCOPES: readonly (RoomId | undefined)[] = [...ROOMS, undefined]
export const FILE_NAMES = ['soup.pdf', 'Soup.pdf', 'süß']
/** Bytes as text; two of them would be one if a text ended at a zero. */
export const PLACES = ['', 's', 's\0a', 's\0b', '\u00ff']
export const STATES = ['searching', 'complete', 'failed'] as const

const anyRoom = fc.constantFrom(...ROOMS)
export const anyId = fc.constantFrom(...DOCUMENTS)
const anyAuthor = fc.constantFrom(...AUTHORS)
const anyPeer = fc.constantFrom(...PEERS)
const anyAddress = fc.constantFrom('/ip4/10.0.0.1/tcp/1', '/ip4/10.0.0.2/tcp/1', '/dns/küche/tcp/1')
const anyText = fc.string({ unit: 'binary', maxLength: 8 })
/** Few clocks, so that many are equal. */
export const anyClock = fc.integer({ min: 0, max: 3 })
const anySeq = fc.maxSafeNat()
const anyTimeMs = fc.integer({ min: 0, max: 3 })
const anyDigest = fc.constantFrom('0', '1').map((digit) => digit.repeat(64) as HeadsDigest)
const anyBytes = fc.uint8Array({ maxLength: 20 })
const anyPlace = fc.constantFrom(...PLACES)
export const anyPosition: fc.Arbitrary<Position> = fc.record({ clock: anyClock, id: anyId })

const anyRingKey = fc.constantFrom(...['a', 'b', 'c', 'd'].map((label) => ringItemRow(label).key))
/** The id is that of one key only, as it is a hash of it. */
const anyRingItem = fc
  .record({
    ...{
      key: anyRingKey,
      sequence: anySeq,
      sizeBytes: anyClock,
      copies: fc.constantFrom(1, 16),
      packed: anyBytes,
    },
    ...{ expiresAtMs: anyTimeMs, storedAtMs: anyTimeMs, farness: anyClock },
  })
  .map((item) => ({ ...item, id: item.key as string }))

const anyScope = fc.constantFrom(...SCOPES)
const anyRoot = fc.constantFrom(...ROOTS)
const anyBlock = fc.constantFrom(...BLOCKS)

const anyBlockWrite: fc.Arbitrary<BlockWrite> = fc.oneof(
  fc.record({ type: fc.constant('delete-linking'), room: anyRoom, id: anyId }),
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

export const anyWrite: fc.Arbitrary<Write> = fc.oneof(
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
        access: fc.constantFrom('public-read', 'private'),
        inviteSeed: anyText,
        boxSecrets: fc.array(anyText, { maxLength: 2 }),
        copiedFrom: anyRoom,
        personal: fc.record({ isLeftHere: fc.constant(true) }, { requiredKeys: [] }),
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
  fc.record({
    type: fc.constant('put-dropped'),
    room: anyRoom,
    headers: fc.array(fc.record({ id: anyId, clock: anyClock, author: anyAuthor, seq: anySeq }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('drop-documents'), room: anyRoom, ids: fc.array(anyId, { maxLength: 3 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('retract-documents'),
      room: anyRoom,
      ids: fc.array(anyId, { maxLength: 3 }),
      heads: fc.array(anyPosition, { maxLength: 3 }),
    }),
  },
  fc.record({ type: fc.constant('delete-author-head'), room: anyRoom, author: anyAuthor }),
  fc.record({
    type: fc.constant('put-access'),
    room: anyRoom,
    row: fc.record(
      {
        version: fc.nat({ max: 3 }),
        bases: fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
        act: anyId,
        reach: fc.record({
          seq: fc.integer({ min: -1, max: 3 }),
          clock: anyClock,
          beside: fc.array(anyId, { maxLength: 2 }),
        }),
      },
      { requiredKeys: ['version', 'bases'] },
    ),
  }),
  fc.record({
    type: fc.constant('put-epoch'),
    room: anyRoom,
    row: fc.record(
      {
        id: fc.constantFrom('aa', 'bb', 'cc'),
        key: anyBytes,
        unread: fc.nat(),
        given: fc.array(fc.constantFrom('01', '02'), { maxLength: 2 }),
      },
      { requiredKeys: ['id', 'unread', 'given'] },
    ),
  }),
  fc.record({
    type: fc.constant('put-child-link'),
    row: fc.record({
      ...{ room: anyRoom, id: anyId, clock: anyClock, author: anyAuthor, timeMs: fc.maxSafeNat(), body: anyBytes },
    }),
    keys: fc.record(
      { child: anyRoom, title: fc.constantFrom(...FILE_NAMES), about: anyId },
      { requiredKeys: ['child', 'title'] },
    ),
  }),
  fc.record({ type: fc.constant('delete-child-link'), room: anyRoom, id: anyId }),
  fc.record({ type: fc.constant('put-directory-node'), room: anyRoom, prefix: anyPlace, packed: anyBytes }),
  fc.record({ type: fc.constant('delete-directory-node'), room: anyRoom, prefix: anyPlace }),
  fc.record({
    ...{ type: fc.constant('put-directory-record'), room: anyRoom, prefix: anyPlace, row: anyPlace },
    ...{ author: anyAuthor, packed: anyBytes },
  }),
  fc.record({ type: fc.constant('delete-directory-record'), room: anyRoom, prefix: anyPlace, row: anyPlace }),
  fc.record({ type: fc.constant('put-known'), room: anyRoom, id: anyId, version: fc.nat({ max: 3 }) }),
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
  fc.record({ type: fc.constant('put-ring-item'), item: anyRingItem }),
  fc.record({ type: fc.constant('delete-ring-item'), key: anyRingKey }),
  fc.record({ type: fc.constant('put-lock'), row: fc.nat(3).map((label) => lockRow(`lock ${label}`)) }),
  fc.record({ type: fc.constant('put-verified'), peer: anyPeer, atMs: fc.option(anyTimeMs, { nil: undefined }) }),
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
