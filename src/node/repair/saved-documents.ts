/** Documents found in a damaged database, in the order in which rooms take them. */
import { DocumentError } from '../../../protocols/document/errors.ts'
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { AtRestKey } from '../../store/at-rest.ts'
import { documentReader } from '../../room/document-reader.ts'

/** An import of it would fail on an older Node before `needed-node.ts` could say why. */
const sqlite = process.getBuiltinModule('node:sqlite')

/** A room takes this many at a time: one signature proves a chain of them. */
const BLOCKS_AT_ONCE = 256

/** SQLite sorts them, in a temporary file if there are many. */
export class SavedDocuments {
  readonly #database = new sqlite.DatabaseSync('')

  /** `atRest`: of the node. Also a temporary file is on its disk. */
  constructor(atRest: AtRestKey) {
    atRest.addTo(this.#database, 'temporary')
    this.#database.exec(
      'CREATE TABLE found (room BLOB, clock INTEGER, id BLOB, block BLOB, PRIMARY KEY (room, clock, id)) WITHOUT ROWID',
    )
  }

  add(blocks: readonly Uint8Array[]): void {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO found VALUES (?, ?, ?, seal(?))')
    this.#database.exec('BEGIN')
    for (const block of blocks) {
      try {
        const { id, room, clock } = documentReader.decode(block)
        insert.run(digestOfDocumentId(room ?? id), clock, digestOfDocumentId(id), block)
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error
      }
    }
    this.#database.exec('COMMIT')
  }

  /** The blocks of a room, ancestors first, some at a time. */
  *of(room: RoomId): Generator<Uint8Array[]> {
    let blocks: Uint8Array[] = []
    const rows = this.#database.prepare('SELECT unseal(block) AS block FROM found WHERE room = ? ORDER BY clock, id')
    for (const { block } of rows.iterate(digestOfDocumentId(room))) {
      blocks.push(block as Uint8Array)
      if (blocks.length < BLOCKS_AT_ONCE) continue
      yield blocks
      blocks = []
    }
    if (blocks.length > 0) yield blocks
  }

  close(): void {
    this.#database.close()
  }
}
