/** Which files of a room a user means. */
import { parseBlockId } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { isSameName, shownName } from '../names.ts'
import { pastedCid, unwrapped } from '../pasted.ts'
import type { FileFilter, FileRow, StoreReads } from '../store/store.ts'

/** Files with this document id, CID or name, in the room's order. Names are tried last: a file can be named like another's id. */
export function findFiles(store: Pick<StoreReads, 'files'>, room: RoomId, reference: string): FileRow[] {
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

/** Files whose names look like the reference: as lists show them, a folder with a slash behind its name. */
function filesLike(files: readonly FileRow[], reference: string): FileRow[] {
  for (const typed of new Set([reference, unwrapped(reference)])) {
    const name = typed.replace(/\/$/, '')
    const fitting = name === typed ? files : files.filter(({ file }) => file.type === 'folder')
    const found = [
      fitting.filter(({ file }) => file.name === name || shownName(file.name) === name),
      fitting.filter(({ file }) => isSameName(file.name, name)),
    ].find(({ length }) => length > 0)
    if (found !== undefined) return found
  }
  return []
}
