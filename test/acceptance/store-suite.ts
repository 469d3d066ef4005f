/** What every store does. The tests of each implementation run this suite. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareDocumentIds, digestOfDocumentId, type HeadsDigest } from '../../protocols/wire/ids.ts'
import type { Store, Write } from '../../src/store/store.ts'
import { accessTests } from './store-access.ts'
import { blockTests } from './store-blocks.ts'
import { childLinkTests } from './store-child-links.ts'
import { droppedTests } from './store-dropped.ts'
import { everyDelete, everyWrite } from './store-every-write.ts'
import { randomTests, snapshotOf } from './store-random.ts'
import {
  addressRow,
  authorOf,
  blockOf,
  documentRow,
  faultRow,
  idOf,
  pendingRow,
  peerFrontierRow,
  peerOf,
  pinnedAddressRow,
  putDocument,
  roomRow,
  sharingRow,
  unackedRow,
} from './store-rows.ts'
import { StoreModel } from './store-model.ts'
import type { StoreUnderTest } from './store-under-test.ts'

/** Tests the contract of `Store` on the implementation that `open` gives; each test opens an empty store. */
export function storeSuite(name: string, open: () => StoreUnderTest): void {
  describe(`${name}: the store contract`, () => {
    let subject: StoreUnderTest
    let store: Store

    const transact = (...writes: Write[]): void => {
      for (const write of writes) store.apply(write)
      store.commit()
    }

    beforeEach(() => {
      subject = open()
      store = subject.store
    })
    afterEach(() => subject.cleanup())

    const room = idOf('room')
    const otherRoom = idOf('other room')

    test('an empty store has nothing', () => {
      expect(snapshotOf(store, [room])).toEqual(snapshotOf(new StoreModel(), [room]))
      expect(store.totals(room)).toEqual({ documents: 0, sizeBytes: 0 })
    })

    test('marks of the own chain are put, replaced, and rolled back', () => {
      expect(store.ownMark(room)).toEqual({ documents: 0, givenUp: 0 })
      transact(
        { type: 'put-room', room: roomRow(room) },
        { type: 'put-own-mark', room, mark: { documents: 'unknown', givenUp: 2 } },
      )
      store.apply({ type: 'put-own-mark', room, mark: { documents: 7, givenUp: 3 } })
      expect(store.ownMark(room)).toEqual({ documents: 7, givenUp: 3 })
      store.rollback()
      expect(store.ownMark(room)).toEqual({ documents: 'unknown', givenUp: 2 })
      transact({ type: 'put-own-mark', room, mark: { documents: 8, givenUp: 0 } })
      expect([store.ownMark(room), store.ownMark(otherRoom)]).toEqual([
        { documents: 8, givenUp: 0 },
        { documents: 0, givenUp: 0 },
      ])
    })

    test('rooms are put, replaced, and listed by the time they were joined', () => {
      const late = roomRow(room, { joinedAtMs: 2, status: 'waiting', name: '', app: '' })
      const early = roomRow(otherRoom, { joinedAtMs: 1, name: 'Küche \0 🍳' })
      transact({ type: 'put-room', room: late }, { type: 'put-room', room: early })
      expect(store.rooms()).toEqual([early, late])
      const left = { ...late, status: 'left' as const, name: 'Stock', app: 'map' }
      transact({ type: 'put-room', room: left })
      expect(store.rooms()).toEqual([early, left])
      const limits = { carriedBytesMax: Number.MAX_SAFE_INTEGER, autoFetchBytesMax: 0, filesBytesMax: 2 ** 40 }
      const carried = { ...left, ...limits, newestFirst: true, alias: 'Küche \0 🍳' }
      transact({ type: 'put-room', room: carried })
      expect(store.rooms()).toEqual([early, carried])
      transact({ type: 'put-room', room: left })
      expect(store.rooms()).toEqual([early, left])
    })

    test('a document is found by its id, with every byte of its block', () => {
      const block = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      const document = documentRow('d', { clock: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER, block })
      transact(putDocument(document), putDocument(documentRow('empty', { block: new Uint8Array(0) })))
      expect(store.document(document.id)).toEqual(document)
      expect(store.hasDocument(document.id)).toBe(true)
      expect(store.document(idOf('empty'))?.block).toEqual(new Uint8Array(0))
      expect(store.document(idOf('unknown'))).toBeUndefined()
      expect(store.hasDocument(idOf('unknown'))).toBe(false)
    })

    test('a document that is already there stays unchanged, as do heads and totals', () => {
      const first = documentRow('first')
      const second = documentRow('second', { clock: 2 })
      transact(putDocument(first), putDocument(second, [first.id]))
      const before = snapshotOf(store, [room, otherRoom])
      transact(
        putDocument(first),
        putDocument({ ...first, room: otherRoom, clock: 9, block: new Uint8Array(9) }, [second.id]),
      )
      expect(snapshotOf(store, [room, otherRoom])).toEqual(before)
      expect(store.newestHeads(room, Infinity)).toEqual([{ clock: 2, id: second.id }])
      expect(store.totals(room)).toEqual({ documents: 2, sizeBytes: first.block.length + second.block.length })
    })

    test('equal clocks are ordered by the bytes of the id, and rooms do not mix', () => {
      const documents = Array.from({ length: 40 }, (_, i) => documentRow(i, { clock: 1 + (i % 2) }))
      transact(
        ...documents.map((document) => putDocument(document)),
        putDocument(documentRow('x', { room: otherRoom })),
      )
      const ordered = documents.toSorted((a, b) => a.clock - b.clock || compareDocumentIds(a.id, b.id))
      expect(store.documents(room, { limit: Infinity })).toEqual(ordered)
      expect(store.documents(room, { limit: Infinity, descending: true })).toEqual(ordered.toReversed())
      expect(store.documents(otherRoom, { limit: 10 }).map(({ id }) => id)).toEqual([idOf('x')])
    })

    test('pages go through a room without a gap, in both directions', () => {
      const documents = Array.from({ length: 25 }, (_, i) => documentRow(i, { clock: i >> 2 }))
      transact(...documents.map((document) => putDocument(document)))
      const ordered = store.documents(room, { limit: 25 })
      const [third, tenth] = [ordered[3], ordered[10]]
      expect(store.documents(room, { after: third!, limit: 4 })).toEqual(ordered.slice(4, 8))
      expect(store.documents(room, { before: tenth!, descending: true, limit: 4 })).toEqual(
        ordered.slice(6, 10).toReversed(),
      )
      expect(store.documents(room, { after: third!, before: tenth!, limit: 99 })).toEqual(ordered.slice(4, 10))
      expect(store.documents(room, { after: tenth!, before: third!, limit: 99 })).toEqual([])
      expect(store.documents(room, { after: tenth!, before: third!, limit: 99, descending: true })).toEqual([])
      expect(store.documents(room, { limit: 0 })).toEqual([])
    })

    test('pages end with the document with which they have enough bytes', () => {
      transact(...Array.from({ length: 10 }, (_, i) => putDocument(documentRow(i, { clock: i }))))
      const three = store.documents(room, { limit: 3 }).reduce((sum, { block }) => sum + block.length, 0)
      const countOf = (maxBytes: number): number => store.documents(room, { limit: 10, maxBytes }).length
      expect([1, three, three + 1].map(countOf)).toEqual([1, 3, 4])
    })

    test('sort keys are those of the documents from a lower bound up to, but not including, an upper one', () => {
      const documents = Array.from({ length: 25 }, (_, i) => documentRow(i, { clock: 1 + (i >> 2) }))
      transact(
        ...documents.map((document) => putDocument(document)),
        putDocument(documentRow('x', { room: otherRoom })),
      )
      const all = store
        .documents(room, { limit: 25 })
        .map(({ id, clock }) => ({ clock, digest: digestOfDocumentId(id) }))
      const [third, tenth] = [all[3]!, all[10]!]
      const start = { clock: 0, digest: new Uint8Array(32) }
      expect(store.sortKeys(room, start, undefined, Infinity)).toEqual(all)
      expect(store.sortKeys(room, start, undefined, 4)).toEqual(all.slice(0, 4))
      expect(store.sortKeys(room, third, tenth, Infinity)).toEqual(all.slice(3, 10))
      expect(store.sortKeys(room, third, tenth, 2)).toEqual(all.slice(3, 5))
      expect(store.sortKeys(room, third, third, Infinity)).toEqual([])
      expect(store.sortKeys(room, tenth, third, Infinity)).toEqual([])
      const justAfter = { clock: third.clock, digest: Uint8Array.of(...third.digest.subarray(0, 31), 0xff) }
      expect(store.sortKeys(room, justAfter, undefined, 1)).toEqual([all[4]])
      const nextClock = { clock: 2, digest: new Uint8Array(32) }
      expect(store.sortKeys(room, start, nextClock, Infinity)).toEqual(all.slice(0, 4))
      expect(store.sortKeys(room, nextClock, undefined, Infinity)).toEqual(all.slice(4))
      expect(store.sortKeys(idOf('unknown'), start, undefined, Infinity)).toEqual([])
    })

    test('heads are those that no later document removed, in order', () => {
      const [a, b] = [documentRow('a'), documentRow('b')]
      transact(putDocument(b), putDocument(a), putDocument(documentRow('x', { room: otherRoom }), [a.id]))
      const both = [a, b].toSorted((x, y) => compareDocumentIds(x.id, y.id))
      expect(store.newestHeads(room, Infinity)).toEqual(both.map(({ id, clock }) => ({ clock, id })))
      transact(putDocument(documentRow('c', { clock: 2 }), [a.id, b.id]))
      expect(store.newestHeads(room, Infinity)).toEqual([{ clock: 2, id: idOf('c') }])
    })

    test('heads are counted, and the newest of them listed', () => {
      const ids = Array.from({ length: 5 }, (_, i) => idOf(i))
      transact(...ids.map((id, i) => putDocument(documentRow(i, { clock: i + 1 }))))
      expect(store.headCount(room)).toBe(5)
      expect(store.newestHeads(room, 2).map(({ id }) => id)).toEqual(ids.slice(3))
      expect(store.newestHeads(room, 2, { clock: 4, id: ids[3]! }).map(({ id }) => id)).toEqual(ids.slice(1, 3))
      expect(store.newestHeads(room, 9, { clock: 1, id: ids[0]! })).toEqual([])
      expect(store.newestHeads(otherRoom, 9, { clock: 9, id: ids[0]! })).toEqual([])
      transact(putDocument(documentRow('c', { clock: 9 }), [...ids.slice(1, 3), idOf('unknown')]))
      expect(store.headCount(room)).toBe(4)
      expect([...ids, idOf('c')].filter((id) => store.isHead(room, id))).toEqual([ids[0], ...ids.slice(3), idOf('c')])
      expect(store.isHead(otherRoom, idOf('c'))).toBe(false)
      store.apply(putDocument(documentRow('dropped', { clock: 10 }), ids))
      store.rollback()
      expect(store.headCount(room)).toBe(4)
      expect(store.newestHeads(room, Infinity).map(({ id }) => id)).toEqual([ids[0], ...ids.slice(3), idOf('c')])
    })

    test('a document has a header without its block', () => {
      const row = documentRow('a', { clock: 7 })
      transact(putDocument(row))
      const { block: _, ...header } = row
      expect(store.documentHeader(row.id)).toMatchObject(header)
      expect(store.documentHeader(idOf('unknown'))).toBeUndefined()
    })

    test('author heads are kept by room and author', () => {
      const author = authorOf('a')
      const head = { author, id: idOf('d'), seq: 1, clock: 1, forks: 0 }
      const next = { author, id: idOf('e'), seq: 2, clock: 5, forks: 3 }
      const other = { author: authorOf('b'), id: idOf('f'), seq: 1, clock: 2, forks: 1 }
      transact(
        { type: 'put-author-head', room, head },
        { type: 'put-author-head', room: otherRoom, head },
        { type: 'put-author-head', room, head: other },
        { type: 'put-author-head', room, head: next },
      )
      expect(store.authorHead(room, author)).toEqual(next)
      expect(store.authorHead(otherRoom, author)).toEqual(head)
      expect(store.authorHead(otherRoom, other.author)).toBeUndefined()
      expect(store.authorHeads(room)).toEqual([next, other].toSorted((a, b) => (a.author < b.author ? -1 : 1)))
    })

    test('pending documents keep their order of arrival, and a second arrival changes nothing', () => {
      const rows = [3, 1, 2].map((i) => pendingRow(i))
      transact(...rows.map((document): Write => ({ type: 'put-pending', document })))
      transact(
        { type: 'put-pending', document: pendingRow(3, { from: peerOf('y'), block: new Uint8Array(1) }) },
        { type: 'put-pending', document: pendingRow(4, { room: otherRoom }) },
      )
      expect(store.pending(room)).toEqual(rows)
      transact({ type: 'delete-pending', id: idOf(3) }, { type: 'delete-pending', id: idOf('unknown') })
      transact({ type: 'put-pending', document: pendingRow(3) })
      expect(store.pending(room)).toEqual([rows[1], rows[2], rows[0]])
      expect(store.hasDocument(idOf(3))).toBe(false)
    })

    test('states are put, replaced and deleted', () => {
      const state = { position: { clock: 1, id: idOf('d') }, encoded: new Uint8Array(0) }
      const later = { position: { clock: 2, id: idOf('e') }, encoded: Uint8Array.of(1, 2) }
      transact({ type: 'put-state', room, state }, { type: 'put-state', room: otherRoom, state })
      transact({ type: 'put-state', room, state: later })
      expect(store.state(room)).toEqual(later)
      transact({ type: 'delete-state', room })
      expect(store.state(room)).toBeUndefined()
      expect(store.state(otherRoom)).toEqual(state)
    })

    test('frontiers of peers are put, replaced, deleted, and listed with the last seen peer first', () => {
      const [a, b] = [peerFrontierRow('a', { seenMs: 1 }), peerFrontierRow('b', { seenMs: 3, frontier: [] })]
      const elsewhere = peerFrontierRow('a', { seenMs: 9 })
      transact(
        { type: 'put-peer-frontier', room, row: a },
        { type: 'put-peer-frontier', room, row: b },
        { type: 'put-peer-frontier', room: otherRoom, row: elsewhere },
      )
      expect(store.peerFrontiers(room)).toEqual([b, a])
      const headsDigest = 'ab'.repeat(32) as HeadsDigest
      const later = peerFrontierRow('a', { seenMs: 4, frontier: [3, 1, 2].map(idOf), headsDigest })
      transact({ type: 'put-peer-frontier', room, row: later })
      expect(store.peerFrontiers(room)).toEqual([later, b])
      transact(
        { type: 'delete-peer-frontier', room, peer: later.peer },
        { type: 'delete-peer-frontier', room, peer: peerOf('unknown') },
      )
      expect(store.peerFrontiers(room)).toEqual([b])
      expect(store.peerFrontiers(otherRoom)).toEqual([elsewhere])
    })

    test('unacknowledged documents are stored by room and peer, and listed in the order they were sent', () => {
      const [x, y] = [peerOf('x'), peerOf('y')]
      const [late, early] = [unackedRow(1, { sentMs: 5 }), unackedRow(2, { sentMs: 2 })]
      transact(
        { type: 'put-unacked', room, peer: x, row: late },
        { type: 'put-unacked', room, peer: x, row: early },
        { type: 'put-unacked', room, peer: y, row: late },
        { type: 'put-unacked', room: otherRoom, peer: x, row: late },
      )
      expect(store.unacked(room, x)).toEqual([early, late])
      const again = unackedRow(2, { sends: 3, sentMs: 9 })
      transact({ type: 'put-unacked', room, peer: x, row: again })
      expect(store.unacked(room, x)).toEqual([late, again])
      transact(
        { type: 'delete-unacked', room, peer: x, id: late.id },
        { type: 'delete-unacked', room, peer: x, id: idOf('unknown') },
      )
      expect(store.unacked(room, x)).toEqual([again])
      expect(store.unacked(room, y)).toEqual([late])
      expect(store.unacked(otherRoom, x)).toEqual([late])
      expect(store.unacked(room, peerOf('unknown'))).toEqual([])
    })

    test('sharing is set by room and peer, and for all others', () => {
      const everybody = sharingRow('', { peer: undefined, policy: 'accept', mode: 'interactive' })
      const [a, b] = [sharingRow('a', { policy: 'none' }), sharingRow('b', { mode: 'batch' })]
      transact(
        { type: 'put-sharing', room, row: b },
        { type: 'put-sharing', room, row: everybody },
        { type: 'put-sharing', room, row: a },
        { type: 'put-sharing', room: otherRoom, row: b },
      )
      expect(store.sharing(room)).toEqual([everybody, a, b])
      const again = sharingRow('', { peer: undefined })
      transact({ type: 'put-sharing', room, row: again }, { type: 'put-sharing', room, row: { ...a, policy: 'share' } })
      expect(store.sharing(room)).toEqual([again, { ...a, policy: 'share' }, b])
      expect(store.sharing(otherRoom)).toEqual([b])
    })

    test('addresses are put, replaced, deleted, and listed with the last seen first', () => {
      const [a, b, c] = [addressRow('a'), addressRow('b', { lastSeenMs: 3 }), addressRow('c', { addresses: [] })]
      transact(...[a, b, c].map((address): Write => ({ type: 'put-address', address })))
      expect(store.addresses()).toEqual([b, a, c])
      const seen = addressRow('c', {
        lastSeenMs: 4,
        pinned: true,
        roommate: true,
        addresses: ['/ip4/10.0.0.2/tcp/1', '/ip6/::1/tcp/2'],
      })
      transact({ type: 'put-address', address: seen }, { type: 'delete-address', peer: b.peer })
      expect(store.addresses()).toEqual([seen, a])
    })

    test('pinned addresses are put, replaced, deleted, and listed with the first named one first', () => {
      const [a, b, c] = [pinnedAddressRow('a'), pinnedAddressRow('b', { namedAtMs: 0 }), pinnedAddressRow('c')]
      transact(...[a, b, c].map((pinned): Write => ({ type: 'put-pinned-address', pinned })))
      expect(store.pinnedAddresses()).toEqual([b, a, c])
      const again = pinnedAddressRow('a', { namedAtMs: 2, peer: peerOf('x') })
      transact(
        { type: 'put-pinned-address', pinned: again },
        { type: 'delete-pinned-address', address: b.address },
        { type: 'delete-pinned-address', address: 'unknown' },
      )
      expect(store.pinnedAddresses()).toEqual([c, again])
    })

    test('faults are put, replaced, deleted, and listed with the latest first', () => {
      const [a, b, c] = [faultRow('a'), faultRow('b', { atMs: 3, peer: peerOf('x') }), faultRow('c')]
      transact(...[a, b, c].map((fault): Write => ({ type: 'put-fault', fault })))
      expect(store.faults()).toEqual([b, a, c])
      const again = faultRow('a', { atMs: 4 })
      transact({ type: 'put-fault', fault: again }, { type: 'delete-fault', digest: b.digest })
      expect(store.faults()).toEqual([again, c])
    })

    droppedTests(open)
    accessTests(open)
    childLinkTests(open)
    blockTests(open)

    test('reads see the writes of the open transaction, and a rollback undoes all of them', () => {
      transact(...everyWrite('kept'), { type: 'put-pending', document: pendingRow('p1') })
      const before = snapshotOf(store, [room])
      for (const write of [...everyWrite('dropped'), ...everyDelete('kept')]) store.apply(write)
      expect([store.hasDocument(idOf('dropped')), store.totals(room).documents]).toEqual([true, 5])
      expect(store.newestHeads(room, Infinity).map(({ id }) => id)).toEqual([idOf('dropped')])
      expect(store.pending(room).map(({ id }) => id)).toEqual([idOf('p1'), idOf('pending dropped')])
      expect(store.state(room)).toBeUndefined()
      expect(store.ensured(room, blockOf('kept'))).toBeUndefined()
      expect(store.isNeeded(room, blockOf('kept'))).toBe(false)
      store.rollback()
      expect(snapshotOf(store, [room])).toEqual(before)
      transact(...everyWrite('next'))
      expect(store.totals(room).documents).toBe(6)
    })

    test('committed writes are there after reopening, those of an open transaction are not', () => {
      transact(...everyWrite('kept'))
      const committed = snapshotOf(store, [room])
      for (const write of [...everyWrite('open'), ...everyDelete('kept')]) store.apply(write)
      store = subject.reopen()
      expect(snapshotOf(store, [room])).toEqual(committed)
      expect(store.totals(room).documents).toBe(3)
      transact(...everyWrite('open'))
      expect(store.totals(room).documents).toBe(6)
    })

    test('a commit or rollback without writes changes nothing', () => {
      store.commit()
      store.rollback()
      transact(putDocument(documentRow('d')))
      store.rollback()
      expect(store.hasDocument(idOf('d'))).toBe(true)
    })

    randomTests(open)
  })
}
