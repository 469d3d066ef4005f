/**
 * A process that writes to the store at argv[2] until it is killed or refused:
 * `open`, then after each commit `committed <documents>`; at the end `refused <code>` and, from the
 * store opened again, `kept <documents>`.
 */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { StoreError } from '../../../src/store/store.ts'
import { documentRow, idOf, putDocument } from '../../acceptance/store-rows.ts'

const DOCUMENTS_PER_TRANSACTION = 10
/** Large enough that the log is taken over into the file, and the disk of a test filled, in short time. */
const BLOCK_BYTES = 4_096

/** Straight to the pipe, so that a line that was read was committed, whenever the kill comes. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

const path = process.argv[2]
if (path === undefined) throw new Error('usage: sqlite-writer.ts PATH')
try {
  const store = openSqliteStore(path)
  say('open')
  for (let count = store.totals(idOf('room')).documents; ; count += DOCUMENTS_PER_TRANSACTION) {
    for (let i = count; i < count + DOCUMENTS_PER_TRANSACTION; i++) {
      store.apply(putDocument(documentRow(i, { clock: i, block: new Uint8Array(BLOCK_BYTES).fill(i) })))
    }
    try {
      store.commit()
    } catch (error) {
      store.close()
      throw error
    }
    say(`committed ${count + DOCUMENTS_PER_TRANSACTION}`)
  }
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  say(`refused ${error.code} ${error.message}`)
  say(`kept ${openSqliteStore(path).totals(idOf('room')).documents}`)
}
