/** What the naive store says of directories. */
import type { DirectoryReads, DirectoryWrite } from '../../src/store/directories.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { Tables } from './store-tables.ts'

export function applyDirectoryWrite(t: Tables, write: DirectoryWrite): void {
  const { room, prefix } = write
  if (write.type === 'put-directory-node' || write.type === 'delete-directory-node') {
    t.directoryNodes = t.directoryNodes.filter((kept) => kept.room !== room || kept.prefix !== prefix)
    if (write.type === 'put-directory-node') t.directoryNodes.push(write)
    return
  }
  const isOther = (kept: typeof write): boolean =>
    kept.room !== room || kept.prefix !== prefix || kept.row !== write.row
  t.directoryRecords = t.directoryRecords.filter(isOther)
  if (write.type === 'put-directory-record') t.directoryRecords.push(write)
}

export function directoryReadsOf(tables: () => Tables): DirectoryReads {
  return {
    directoryNode: (room, prefix) =>
      tables().directoryNodes.find((node) => node.room === room && node.prefix === prefix)?.packed,
    directoryRecords: (room, prefix) =>
      tables()
        .directoryRecords.filter((record) => record.room === room && record.prefix === prefix)
        .map(({ packed }) => packed),
    directoryNodes: (room, after, limit) =>
      tables()
        .directoryNodes.filter((node) => node.room === room && (after === undefined || node.prefix > after))
        .map(({ prefix, packed }) => ({ key: prefix, packed }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    directorySize: (room) => {
      const isOf = (kept: { room: RoomId }): boolean => room === undefined || kept.room === room
      const { directoryNodes, directoryRecords } = tables()
      return { nodes: directoryNodes.filter(isOf).length, records: directoryRecords.filter(isOf).length }
    },
    directoryAuthorRecords: (room, author) =>
      tables().directoryRecords.filter((record) => record.room === room && record.author === author).length,
  }
}
