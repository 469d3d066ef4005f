import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { storeSuite } from '../../acceptance/store-suite.ts'
import { TEST_KEY } from './test-key.ts'

storeSuite('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-store-'))
  const path = join(folder, 'kith.db')
  let current = openSqliteStore(path, TEST_KEY)
  return {
    store: current,
    reopen() {
      current.close()
      current = openSqliteStore(path, TEST_KEY)
      return current
    },
    cleanup() {
      current.close()
      rmSync(folder, { recursive: true })
    },
  }
})
