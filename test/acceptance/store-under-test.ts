/** What the test of a store implementation gives to the suite. */
import type { Store } from '../../src/store/store.ts'

export interface StoreUnderTest {
  store: Store
  /** Closes the store and opens it again on the same data. */
  reopen(): Store
  cleanup(): void
}
