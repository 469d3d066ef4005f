/** A store on the real disk for a node on virtual time, in which no flush off the event loop would ever end. */
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import { TEST_KEY } from '../store/test-key.ts'

export function openVirtualStore(path: string): SqliteStore {
  const store = openSqliteStore(path, TEST_KEY)
  store.flush = (flushed) => {
    store.flushNow()
    flushed()
  }
  return store
}
