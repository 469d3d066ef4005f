/** What the store in memory has of links to rooms below others. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { ChildLinkFilter, ChildLinkKeys, ChildLinkRow, ChildLinkWrite } from './child-links.ts'
import type { Journal } from './journal.ts'

interface Entry {
  row: ChildLinkRow
  keys: ChildLinkKeys
}

export class MemoryChildLinks {
  readonly #rooms = new Map<RoomId, Map<DocumentId, Entry>>()

  apply(journal: Journal, write: ChildLinkWrite): void {
    if (write.type === 'put-child-link') journal.set(this.#of(write.row.room), write.row.id, write)
    else journal.delete(this.#of(write.room), write.id)
  }

  read({ room, child, title, about, areThreads, before, limit }: ChildLinkFilter): ChildLinkRow[] {
    return [...this.#of(room).values()]
      .filter(({ keys }) => child === undefined || keys.child === child)
      .filter(({ keys }) => title === undefined || keys.title === title)
      .filter(({ keys }) => about === undefined || keys.about === about)
      .filter(({ keys }) => areThreads !== true || keys.about !== undefined)
      .map(({ row }) => row)
      .filter((row) => before === undefined || comparePositions(row, before) < 0)
      .sort((a, b) => comparePositions(b, a))
      .slice(0, limit)
  }

  roomsTo(child: RoomId): RoomId[] {
    const linking = [...this.#rooms].filter(([, entries]) =>
      [...entries.values()].some(({ keys }) => keys.child === child),
    )
    return linking.map(([room]) => room)
  }

  empty(journal: Journal, room: RoomId): void {
    journal.delete(this.#rooms, room)
  }

  #of(room: RoomId): Map<DocumentId, Entry> {
    let entries = this.#rooms.get(room)
    if (entries === undefined) this.#rooms.set(room, (entries = new Map()))
    return entries
  }
}
