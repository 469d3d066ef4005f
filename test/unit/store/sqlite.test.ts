import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { storeSuite } from '../../acceptance/store-suite.ts'

storeSuite('sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-store-'))
  const path = join(folder, 'kith.db')
  let current = openSqliteStore(path)
  return {
    store: current,
    async reopen() {
      await current.written()
      current.close()
      current = openSqliteStore(path)
      return current
    },
    async cleanup() {
      await current.written()
      current.close()
      rmSync(folder, { recursive: true })
    },
  }
})
