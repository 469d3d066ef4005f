/**
 * A process that writes to the store at argv[2] until it is killed or refused: `open`, then after
 * each commit `committed <transactions>`; at the end `refused <code> <message>` and, from the store
 * opened again, `kept <JSON>`.
 */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { StoreError } from '../../../src/store/store.ts'
import { DOCUMENTS_EACH, keptIn, rootOf, writesOf } from './writer-content.ts'
import { idOf } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

/** Straight to the pipe, so that a line that was read was committed, whenever the kill comes. */
const say = (line: string): void => void writeSync(1, `${line}\n`)

const path = process.argv[2]
if (path === undefined) throw new Error('usage: sqlite-writer.ts PATH')
const store = openSqliteStore(path, TEST_KEY)
try {
  say('open')
  for (let count = store.totals(idOf('room')).documents / DOCUMENTS_EACH; ; count++) {
    await store.putDurably([rootOf(count)])
    for (const write of writesOf(count)) store.apply(write)
    store.commit()
    say(`committed ${count + 1}`)
  }
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  store.close()
  say(`refused ${error.code} ${error.message}`)
  say(`kept ${JSON.stringify(keptIn(openSqliteStore(path, TEST_KEY)))}`)
}
