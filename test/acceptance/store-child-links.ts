/** What every store keeps of links to rooms below others. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ChildLinkFilter } from '../../src/store/child-links.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { Store, Write } from '../../src/store/store.ts'
import { idOf, putChildLink, roomRow } from './store-rows.ts'
import type { StoreUnderTest } from './store-under-test.ts'

const room = idOf('room')
const otherRoom = idOf('other room')

export function childLinkTests(open: () => StoreUnderTest): void {
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

  const found = (filter: Partial<ChildLinkFilter>) => store.childLinks({ room, limit: 9, ...filter })

  test('links are listed newest first, by what they say, and are there after the next start', () => {
    const about = idOf('message')
    const [soup, salt] = [putChildLink('soup', { clock: 2, about }), putChildLink('salt', { clock: 3, timeMs: 7 })]
    const elsewhere = putChildLink('soup', { room: otherRoom })
    transact({ type: 'put-room', room: roomRow(room) }, soup, salt, elsewhere)
    store = subject.reopen()
    expect(found({})).toEqual([salt.row, soup.row])
    expect(found({ limit: 1 })).toEqual([salt.row])
    expect(found({ before: salt.row })).toEqual([soup.row])
    expect(found({ areThreads: true })).toEqual([soup.row])
    expect(found({ title: 'salt' })).toEqual([salt.row])
    expect(found({ about })).toEqual([soup.row])
    expect(found({ about, title: 'salt' })).toEqual([])
    expect(found({ child: salt.keys.child })).toEqual([salt.row])
    expect(found({ room: idOf('unknown') })).toEqual([])
  })

  test('each room that links to one is told once, however many links it has, and none that has no more', () => {
    const { child } = putChildLink('soup').keys
    const linksIn = (of: RoomId, count: number) =>
      Array.from({ length: count }, (_, i) => {
        const link = putChildLink(`${i}`, { room: of })
        return { ...link, keys: { ...link.keys, child } }
      })
    transact(
      ...[room, otherRoom].map((id) => ({ type: 'put-room' as const, room: roomRow(id) })),
      ...[...linksIn(room, 200), ...linksIn(otherRoom, 2), putChildLink('salt')],
    )
    store = subject.reopen()
    const linking = () => store.linkingRooms(child).toSorted()
    expect(linking()).toEqual([room, otherRoom].toSorted())
    expect(store.linkingRooms(putChildLink('salt').keys.child)).toEqual([room])
    expect(store.linkingRooms(idOf('unknown'))).toEqual([])
    for (const { row } of linksIn(otherRoom, 2)) transact({ type: 'delete-child-link', room: otherRoom, id: row.id })
    expect(linking()).toEqual([room])
    transact({ type: 'empty-room', room: roomRow(room, { status: 'left' }) })
    expect(linking()).toEqual([])
  })

  test('a link is replaced, deleted, rolled back, and gone with its room', () => {
    const soup = putChildLink('soup')
    transact({ type: 'put-room', room: roomRow(room) }, soup, putChildLink('salt'))
    const moved = { ...soup, row: { ...soup.row, clock: 9 } }
    store.apply(moved)
    store.apply({ type: 'delete-child-link', room, id: idOf('salt') })
    expect(found({})).toEqual([moved.row])
    store.rollback()
    expect(found({})).toHaveLength(2)
    transact({ type: 'empty-room', room: roomRow(room, { status: 'left' }) }, putChildLink('soup', { room: otherRoom }))
    expect(found({})).toEqual([])
    expect(found({ room: otherRoom })).toHaveLength(1)
  })
}
