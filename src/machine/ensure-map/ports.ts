/** The ensure map's view of the store. */
import type { Ensured, EnsureMapPorts } from '../../../protocols/ensure-map/index.ts'
import { codecOf } from '../../../protocols/wire/block-ids.ts'
import { parseDocumentId, type BlockId, type DocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { DocumentReader } from '../../room/document-reader.ts'
import { storedAncestorsOf } from '../../room/ancestors.ts'
import { clockOf } from '../../room/heads.ts'
import { isSound } from '../../room/stored-document.ts'
import type { StoreReads } from '../../store/store.ts'

export function ensureMapPorts(
  store: StoreReads,
  isPending: (room: RoomId, id: DocumentId) => boolean,
  reader: DocumentReader,
  isGiving: EnsureMapPorts['isGiving'] = () => false,
): EnsureMapPorts {
  /** A document that the disk damaged counts as missing, like another block. */
  const documentOf = (id: BlockId) => {
    const document = parseDocumentId(id)
    const row = document && store.document(document)
    return row !== undefined && isSound(row, reader) ? row : undefined
  }
  const blockOf = (id: BlockId) => store.block(id) ?? documentOf(id)?.block
  return {
    // A block with links is read next anyway; a damaged one counts as missing.
    sizeBytes: (id) => (codecOf(id) === 'raw' ? store.blockSizeBytes(id) : blockOf(id)?.length),
    block: blockOf,
    given: (room, id) => {
      const document = documentOf(id)
      if (document?.room === room) return document.block
      return store.isNeeded(room, id) ? (store.block(id) ?? document?.block) : undefined
    },
    isGiving,
    isPending: (room, id) => {
      const document = parseDocumentId(id)
      return document !== undefined && isPending(room, document)
    },
    clock: (room) => clockOf(store, room),
    ancestors: (id) => storedAncestorsOf(store, reader, id),
    ensured: (scope, id) => store.ensured(scope, id) as Ensured | undefined,
    searching: (scope) => store.ensuredRows({ room: scope ?? null, state: 'searching' }) as Ensured[],
  }
}
