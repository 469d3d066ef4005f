/** What every store keeps of documents that were dropped. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store, Write } from '../../src/store/store.ts'
import { documentRow, idOf, putDocument, roomRow } from './store-rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const room = idOf('room')

export function droppedTests(open: () => StoreUnderTest): void {
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

  test('of dropped documents only headers stay, and they are not taken again', () => {
    const [first, second] = [documentRow('first'), documentRow('second', { clock: 2 })]
    transact(putDocument(first), putDocument(second, [first.id]))
    transact({ type: 'drop-documents', room, ids: [first.id, idOf('unknown')] }, putDocument(first))
    expect([store.document(first.id), store.hasDocument(first.id)]).toEqual([undefined, true])
    const { id, clock, author, seq } = first
    expect(store.documentHeader(id)).toMatchObject({ id, room, clock, author, seq })
    expect(store.documents(room, { limit: 9 })).toEqual([second])
    expect(store.totals(room)).toEqual({ documents: 2, sizeBytes: second.block.length })
    expect(store.documentsBefore(room, second)).toBe(1)
  })

  test('headers of documents that were dropped elsewhere are kept as if they had been dropped here', () => {
    const [first, second] = [documentRow('first'), documentRow('second', { clock: 2 })]
    const headerOf = ({ id, clock, author, seq }: typeof first) => ({ id, clock, author, seq })
    const others = [3, 2, 1].map((clock) => headerOf(documentRow(`old ${clock}`, { clock })))
    transact(putDocument(first), putDocument(second, [first.id]))
    transact({ type: 'put-dropped', room, headers: [...others, headerOf(first), ...others] }, putDocument(first))
    const headers = store.droppedHeaders(room, undefined, 9)
    expect(headers.map(({ clock }) => clock)).toEqual([1, 1, 2, 3])
    expect(headers).toEqual(expect.arrayContaining([...others, headerOf(first)]))
    expect(store.droppedHeaders(room, headers[1], 1)).toEqual([headers[2]])
    expect(store.documents(room, { limit: 9 })).toEqual([second])
    expect(store.totals(room)).toEqual({ documents: 5, sizeBytes: second.block.length })
    expect(store.documentsBefore(room, { clock: 3, id: first.id })).toBeGreaterThanOrEqual(4)
    expect(store.droppedHeaders(idOf('other'), undefined, 9)).toEqual([])
  })

  test('what was dropped comes back with a rollback, and goes with its room', () => {
    const [first, second] = [documentRow('first'), documentRow('second', { clock: 2 })]
    transact(putDocument(first), putDocument(second, [first.id]))
    store.apply({ type: 'drop-documents', room, ids: [first.id] })
    store.rollback()
    expect(store.documents(room, { limit: 9 })).toEqual([first, second])
    transact({ type: 'drop-documents', room, ids: [first.id] })
    transact({ type: 'empty-room', room: roomRow(room, { status: 'left' }) })
    expect([store.hasDocument(first.id), store.totals(room).documents]).toEqual([false, 0])
  })
}
