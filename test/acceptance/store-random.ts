/** Random writes for a store and its model, over so few ids that they meet often, and the reads to compare. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { ListOptions, Store, Write } from '../../src/store/store.ts'
import { authorOf, idOf, peerOf } from './store-rows.ts'

const ROOMS: readonly RoomId[] = ['room', 'other room'].map(idOf)
const AUTHORS = ['a', 'b', 'c'].map(authorOf)
const DOCUMENTS: readonly DocumentId[] = Array.from({ length: 12 }, (_, i) => idOf(i))

/** A step of a random run. */
type Step = { type: 'commit' | 'rollback' } | { type: 'write'; write: Write }

const anyRoom = fc.constantFrom(...ROOMS)
const anyId = fc.constantFrom(...DOCUMENTS)
const anyAuthor = fc.constantFrom(...AUTHORS)
const anyPeer = fc.constantFrom(...['x', 'y', 'z'].map(peerOf))
const anyText = fc.string({ unit: 'binary', maxLength: 8 })
/** Few clocks, so that many are equal. */
const anyClock = fc.integer({ min: 0, max: 3 })
const anySeq = fc.maxSafeNat()
const anyTimeMs = fc.integer({ min: 0, max: 3 })
const anyBytes = fc.uint8Array({ maxLength: 20 })
const anyPosition: fc.Arbitrary<Position> = fc.record({ clock: anyClock, id: anyId })

const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    type: fc.constant('put-room'),
    room: fc.record({
      id: anyRoom,
      status: fc.constantFrom('waiting', 'open', 'left'),
      name: anyText,
      app: anyText,
      joinedAtMs: anyTimeMs,
    }),
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
    type: fc.constant('put-author-head'),
    room: anyRoom,
    head: fc.record({ author: anyAuthor, id: anyId, seq: anySeq, clock: anyClock }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('park-document'),
      document: fc.record({ id: anyId, room: anyRoom, from: anyPeer, block: anyBytes }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unpark-document'), id: anyId }) },
  fc.record({
    type: fc.constant('put-state'),
    room: anyRoom,
    state: fc.record({ position: anyPosition, encoded: anyBytes }),
  }),
  fc.record({ type: fc.constant('delete-state'), room: anyRoom }),
  fc.record({
    type: fc.constant('put-address'),
    address: fc.record({
      peer: anyPeer,
      addresses: fc.array(anyText, { maxLength: 3 }),
      lastSeenMs: anyTimeMs,
      pinned: fc.boolean(),
    }),
  }),
  fc.record({ type: fc.constant('delete-address'), peer: anyPeer }),
)

export const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('write'), write: anyWrite }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('commit', 'rollback') }) },
  ),
  { maxLength: 120, size: 'max' },
)

export const anyListOptions: fc.Arbitrary<ListOptions[]> = fc.array(
  fc.record(
    {
      after: anyPosition,
      before: anyPosition,
      descending: fc.boolean(),
      limit: fc.oneof(fc.nat(6), fc.constant(Infinity)),
    },
    { requiredKeys: ['limit'] },
  ),
  { minLength: 4, maxLength: 8 },
)

/** Takes both stores through the steps, comparing all reads at every end of a transaction and in the middle of it. */
export function runSteps(steps: readonly Step[], store: Store, model: Store, options: readonly ListOptions[]): void {
  const both = (act: (each: Store) => void): void => [store, model].forEach(act)
  for (const step of steps) {
    if (step.type === 'write') {
      both((each) => each.apply(step.write))
      continue
    }
    expectEqualReads(store, model, options)
    both((each) => each[step.type]())
    expectEqualReads(store, model, options)
  }
  both((each) => each.commit())
}

function expectEqualReads(store: Store, model: Store, options: readonly ListOptions[]): void {
  expect(snapshotOf(store)).toEqual(snapshotOf(model))
  for (const room of ROOMS) {
    for (const each of options) expect(store.documents(room, each)).toEqual(model.documents(room, each))
  }
}

/** Everything that can be read of a store without naming a document, and the documents and authors of the random runs. */
export function snapshotOf(store: Store, rooms: readonly RoomId[] = ROOMS): unknown {
  return {
    rooms: store.rooms(),
    addresses: store.addresses(),
    documents: DOCUMENTS.map((id) => [store.hasDocument(id), store.document(id)]),
    content: rooms.map((room) => ({
      documents: store.documents(room, { limit: Infinity }),
      heads: store.heads(room),
      authorHeads: store.authorHeads(room),
      byAuthor: AUTHORS.map((author) => store.authorHead(room, author)),
      totals: store.totals(room),
      parked: store.parked(room),
      state: store.state(room),
    })),
  }
}
