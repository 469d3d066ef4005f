/** Which blocks of complete roots are gone, by a database and the folder beside it. For the thread that checks both. */
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { documentIdOfDigest, type BlockId, type RoomId } from '../../protocols/wire/ids.ts'
import { pathOfBlock } from './block-files.ts'
import { idOf } from './block-rows.ts'
import { isDocument } from './document-lookup.ts'

/** A block that a complete root needs, and that is nowhere. */
export interface LostBlock {
  room: RoomId | undefined
  root: BlockId
  id: BlockId
}

/** More are not looked for: a folder that is lost as a whole is told at the start. */
const MAX_LOST = 1_000

/** Those that are in files, as all large ones are. A root may need documents, too. */
const IN_FILES = `
  SELECT rooms.id AS room, ensured.id AS root, needs.id AS id
  FROM ensured JOIN needs ON needs.root = ensured.key LEFT JOIN rooms ON rooms.key = ensured.room
  WHERE ensured.state = 'complete'
  AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.id = needs.id)
  AND NOT EXISTS (SELECT 1 FROM documents WHERE ${isDocument('substr(needs.id, -32)')})`

/** `folder` has the blocks that are in files. What was written or deleted a moment ago may be told too. */
export function lostBlocks(database: DatabaseSync, folder: string): LostBlock[] {
  const lost: LostBlock[] = []
  for (const { room, root, id } of database.prepare(IN_FILES).iterate()) {
    const block = idOf(id as Uint8Array)
    if (isThere(pathOfBlock(folder, block, false)) || isThere(pathOfBlock(folder, block, true))) continue
    const where = room === null ? undefined : documentIdOfDigest(room as Uint8Array)
    if (lost.push({ room: where, root: idOf(root as Uint8Array), id: block }) === MAX_LOST) break
  }
  return lost
}

/** A file without bytes is what a power cut may leave of one. */
function isThere(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}
