/** What every store keeps of who may write in rooms with members, and what it does with documents that leave. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AccessRow, EpochRow } from '../../src/store/access.ts'
import type { Store, Write } from '../../src/store/store.ts'
import { accessRow, authorOf, documentRow, idOf, putDocument, roomRow } from './store-rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const room = idOf('room')
const otherRoom = idOf('other room')

export function accessTests(open: () => StoreUnderTest): void {
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

  const [first, second, third] = [
    documentRow('first'),
    documentRow('second', { clock: 2, author: authorOf('b'), block: new Uint8Array(20) }),
    documentRow('third', { clock: 3, author: authorOf('b'), seq: 2, block: new Uint8Array(300) }),
  ]
  const headOf = ({ id, author, seq, clock }: typeof first) => ({ author, id, seq, clock, forks: 0 })

  /** Three documents, each after the one before, the last two by one author. */
  const chain: Write[] = [
    { type: 'put-room', room: roomRow(room) },
    putDocument(first),
    { type: 'put-author-head', room, head: headOf(first) },
    putDocument(second, [first.id]),
    putDocument(third, [second.id]),
    { type: 'put-author-head', room, head: headOf(third) },
    ...[first, second, third].map(({ id }, version): Write => ({ type: 'put-known', room, id, version })),
  ]

  const retract: Write = {
    type: 'retract-documents',
    room,
    ids: [third.id, second.id, idOf('unknown')],
    heads: [{ id: first.id, clock: first.clock }],
  }

  const content = () => ({
    documents: store.documents(room, { limit: 9 }).map(({ id }) => id),
    has: [first, second, third].map(({ id }) => store.hasDocument(id)),
    heads: [store.newestHeads(room, 9).map(({ id }) => id), store.headCount(room)],
    authorHeads: store.authorHeads(room).map(({ id }) => id),
    totals: store.totals(room),
    authorBytes: [authorOf('a'), authorOf('b')].map((author) => store.authorBytes(room, author)),
    known: [first, second, third].map(({ id }) => store.knownVersion(room, id)),
  })

  const all = {
    documents: [first.id, second.id, third.id],
    has: [true, true, true],
    heads: [[third.id], 1],
    authorHeads: [headOf(first), headOf(third)].toSorted((a, b) => (a.author < b.author ? -1 : 1)).map(({ id }) => id),
    totals: { documents: 3, sizeBytes: first.block.length + 320 },
    authorBytes: [first.block.length, 320],
    known: [0, 1, 2],
  }
  const left = {
    documents: [first.id],
    has: [true, false, false],
    heads: [[first.id], 1],
    authorHeads: [first.id],
    totals: { documents: 1, sizeBytes: first.block.length },
    authorBytes: [first.block.length, 0],
    known: [0, undefined, undefined],
  }
  const leave: Write[] = [retract, { type: 'delete-author-head', room, author: authorOf('b') }]

  test('documents that leave are gone with all that follows from them', () => {
    transact(...chain)
    expect(content()).toEqual(all)
    transact(...leave)
    expect(content()).toEqual(left)
    store = subject.reopen()
    expect(content()).toEqual(left)
  })

  test('they may leave in the transaction in which they came', () => {
    transact(...chain, ...leave)
    expect(content()).toEqual(left)
    store = subject.reopen()
    expect(content()).toEqual(left)
  })

  test('a rollback brings them back', () => {
    transact(...chain)
    for (const write of leave) store.apply(write)
    expect(content()).toEqual(left)
    store.rollback()
    expect(content()).toEqual(all)
  })

  test('they can come again', () => {
    transact(...chain, ...leave)
    const { id } = third
    transact(putDocument(second, [first.id]), putDocument(third, [second.id]))
    transact(
      { type: 'put-author-head', room, head: headOf(third) },
      ...[second.id, id].map((each, index): Write => ({ type: 'put-known', room, id: each, version: index + 1 })),
    )
    expect(content()).toEqual(all)
  })

  test('documents of other rooms stay, and those that were dropped', () => {
    const elsewhere = documentRow('elsewhere', { room: otherRoom })
    transact(...chain, putDocument(elsewhere), { type: 'drop-documents', room, ids: [first.id] })
    transact({ type: 'retract-documents', room, ids: [first.id, elsewhere.id], heads: [] })
    expect([first, elsewhere].map(({ id }) => store.hasDocument(id))).toEqual([true, true])
    expect(store.totals(room).documents).toBe(3)
  })

  test('what documents know is read by version, replaced, and rolled back', () => {
    const rows: AccessRow[] = [
      accessRow('a', { version: 1 }),
      { version: 0, bases: [] },
      accessRow('b', { version: 2 }),
    ]
    transact(...rows.map((row): Write => ({ type: 'put-access', room, row })))
    expect(store.accessRows(room)).toEqual([rows[1], rows[0], rows[2]])
    const changed = accessRow('a', { version: 1, bases: [0, 2], reach: { seq: -1, clock: 0, beside: [] } })
    store.apply({ type: 'put-access', room, row: changed })
    expect(store.accessRows(room)[1]).toEqual(changed)
    store.rollback()
    expect(store.accessRows(room)[1]).toEqual(rows[0])
    expect(store.accessRows(otherRoom)).toEqual([])
    expect(store.knownVersion(otherRoom, idOf('a'))).toBeUndefined()
  })

  const epoch: EpochRow = {
    ...{ id: 'ab'.repeat(16), key: new Uint8Array(32).fill(7), given: ['0123456789abcdef'] },
    unread: 3,
  }

  test('keys of epochs are read by id, replaced, and rolled back', () => {
    const unknown: EpochRow = { id: '01'.repeat(16), unread: 0, given: [] }
    transact(...[epoch, unknown].map((row): Write => ({ type: 'put-epoch', room, row })))
    expect(store.epochs(room)).toEqual([unknown, epoch])
    const here = { ...unknown, key: new Uint8Array(32).fill(1) }
    store.apply({ type: 'put-epoch', room, row: here })
    expect(store.epochs(room)).toEqual([here, epoch])
    store.rollback()
    expect(store.epochs(room)).toEqual([unknown, epoch])
    store = subject.reopen()
    expect(store.epochs(room)).toEqual([unknown, epoch])
    expect(store.epochs(otherRoom)).toEqual([])
  })

  test('all of it goes with its room', () => {
    const { id } = documentRow('elsewhere')
    transact({ type: 'put-epoch', room, row: epoch }, { type: 'put-epoch', room: otherRoom, row: epoch })
    transact(...chain, { type: 'put-access', room, row: accessRow('a') })
    transact({ type: 'put-access', room: otherRoom, row: accessRow('b') })
    transact({ type: 'put-known', room: otherRoom, id, version: 1 })
    store.apply({ type: 'empty-room', room: roomRow(room, { status: 'left' }) })
    store.rollback()
    expect([store.accessRows(room).length, store.knownVersion(room, third.id)]).toEqual([1, 2])
    transact({ type: 'empty-room', room: roomRow(room, { status: 'left' }) })
    expect([store.accessRows(room), store.knownVersion(room, third.id)]).toEqual([[], undefined])
    expect([store.accessRows(otherRoom), store.knownVersion(otherRoom, id)]).toEqual([[accessRow('b')], 1])
    expect([store.epochs(room), store.epochs(otherRoom)]).toEqual([[], [epoch]])
  })

  test('a room says who may write in it, and which invite is to be accepted', () => {
    const boxSecrets = ['cd'.repeat(32), 'ef'.repeat(32)]
    const personal = { deviceName: 'Laptop', readTo: { clock: 3, id: room }, invite: room } as const
    const sealed = { inviteSeed: 'ab'.repeat(32), boxSecrets, personal }
    const row = roomRow(room, { access: 'public-read', ...sealed, copiedFrom: room })
    transact({ type: 'put-room', room: row })
    store = subject.reopen()
    expect(store.rooms()).toEqual([row])
    transact({ type: 'put-room', room: roomRow(room) })
    expect(store.rooms()).toEqual([roomRow(room)])
  })
}
