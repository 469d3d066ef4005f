/** What the naive store does with documents, and with what rooms with members know of them. */
import type { DocumentHeader, Write } from '../../src/store/store.ts'
import type { Tables } from './store-tables.ts'

export type DocumentWrite = Extract<
  Write,
  {
    type:
      | 'put-document'
      | 'drop-documents'
      | 'retract-documents'
      | 'put-author-head'
      | 'delete-author-head'
      | 'put-access'
      | 'put-known'
      | 'put-epoch'
  }
>

export function applyDocumentWrite(t: Tables, write: DocumentWrite): void {
  switch (write.type) {
    case 'put-document': {
      const { id, room, clock } = write.document
      if ([...t.documents, ...t.dropped].some((row) => row.id === id)) break
      t.documents.push(write.document)
      t.heads = t.heads.filter((head) => head.room !== room || !write.removedHeads.includes(head.position.id))
      t.heads.push({ room, position: { clock, id } })
      break
    }
    case 'drop-documents':
      t.dropped.push(...t.documents.filter((row) => isAmong(write, row)))
      t.documents = t.documents.filter((row) => !isAmong(write, row))
      break
    case 'retract-documents': {
      const { room } = write
      const leaving = t.documents.filter((row) => isAmong(write, row)).map(({ id }) => id)
      t.documents = t.documents.filter((row) => !isAmong(write, row))
      t.heads = t.heads.filter((head) => head.room !== room || !leaving.includes(head.position.id))
      t.heads.push(...write.heads.map((position) => ({ room, position })))
      t.known = t.known.filter((row) => row.room !== room || !leaving.includes(row.id))
      break
    }
    case 'put-author-head':
    case 'delete-author-head': {
      const { room } = write
      const author = write.type === 'put-author-head' ? write.head.author : write.author
      t.authorHeads = t.authorHeads.filter((other) => other.room !== room || other.head.author !== author)
      if (write.type === 'put-author-head') t.authorHeads.push({ room, head: write.head })
      break
    }
    case 'put-access': {
      const { room, row } = write
      t.access = [...t.access.filter((kept) => kept.room !== room || kept.row.version !== row.version), { room, row }]
      break
    }
    case 'put-epoch': {
      const { room, row } = write
      t.epochs = [...t.epochs.filter((kept) => kept.room !== room || kept.row.id !== row.id), { room, row }]
      break
    }
    case 'put-known': {
      const { room, id, version } = write
      t.known = [...t.known.filter((kept) => kept.room !== room || kept.id !== id), { room, id, version }]
      break
    }
  }
}

function isAmong({ room, ids }: Extract<DocumentWrite, { ids: unknown }>, row: DocumentHeader): boolean {
  return row.room === room && ids.includes(row.id)
}
