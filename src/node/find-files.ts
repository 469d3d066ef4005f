/** Which files of a room a user means. */
import { parseBlockId } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { isSameName, shownName } from '../names.ts'
import { pastedCid, unwrapped } from '../pasted.ts'
import type { FileFilter, FileRow, StoreReads } from '../store/store.ts'
import { firstMatching } from './first-matching.ts'

/** Files with this document id, CID or name, in the room's order. Names are tried last: a file can be named like another's id. */
export function findFiles(store: Pick<StoreReads, 'files'>, room: RoomId, reference: string): readonly FileRow[] {
  const id = pastedCid(reference)
  const document = parseDocumentId(id)
  const root = parseBlockId(id)
  const filters: FileFilter[] = [
    ...(document === undefined ? [] : [{ document }]),
    ...(root === undefined ? [] : [{ root }]),
    { name: reference },
  ]
  for (const filter of filters) {
    const found = store.files(room, filter)
    if (found.length > 0) return found
  }
  return filesLike(store.files(room, {}), reference)
}

/** Files whose names look like the reference. As in lists, a slash after the name means a folder. */
function filesLike(files: readonly FileRow[], reference: string): readonly FileRow[] {
  for (const typed of new Set([reference, unwrapped(reference)])) {
    const name = typed.replace(/\/$/, '')
    const fitting = name === typed ? files : files.filter(({ file }) => file.type === 'folder')
    const found = firstMatching(
      fitting,
      ({ file }) => file.name === name || shownName(file.name) === name,
      ({ file }) => isSameName(file.name, name),
    )
    if (found.length > 0) return found
  }
  return []
}
