import { memoryStore } from '../../../src/store/memory.ts'
import { storeSuite } from '../../acceptance/store-suite.ts'

storeSuite('memory', () => {
  const store = memoryStore()
  const reopen = () => {
    store.close()
    return store
  }
  return { store, reopen, cleanup: () => store.close() }
})
