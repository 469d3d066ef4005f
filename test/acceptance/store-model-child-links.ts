/** What the naive store says of links to rooms below others. */
import type { ChildLinkReads, ChildLinkWrite } from '../../src/store/child-links.ts'
import { compare } from './store-order.ts'
import type { Tables } from './store-tables.ts'

export function applyChildLinkWrite(t: Tables, write: ChildLinkWrite): void {
  const [room, id] = write.type === 'put-child-link' ? [write.row.room, write.row.id] : [write.room, write.id]
  t.childLinks = t.childLinks.filter((kept) => kept.room !== room || kept.row.id !== id)
  if (write.type === 'put-child-link') t.childLinks.push({ ...write, room })
}

export function childLinksOf(tables: () => Tables): ChildLinkReads['childLinks'] {
  return ({ limit, before, areThreads, room, ...keys }) =>
    tables()
      .childLinks.filter((kept) => kept.room === room)
      .filter((kept) => areThreads !== true || kept.keys.about !== undefined)
      .filter((kept) => Object.entries(keys).every(([key, value]) => kept.keys[key as keyof typeof keys] === value))
      .map(({ row }) => row)
      .filter((row) => before === undefined || compare(row, before) < 0)
      .sort((a, b) => compare(b, a))
      .slice(0, limit)
}

export function linkingRoomsOf(tables: () => Tables): ChildLinkReads['linkingRooms'] {
  return (child) => [
    ...new Set(
      tables()
        .childLinks.filter(({ keys }) => keys.child === child)
        .map(({ room }) => room),
    ),
  ]
}
