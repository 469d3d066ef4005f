/** The store, as far as rooms use it. */
import type { Store, StoreReads } from '../store/store.ts'

/**
 * The store as rooms use it: reads, and writes into the transaction that the runner commits before
 * anything leaves the node.
 */
export type RoomStore = StoreReads & Pick<Store, 'apply'>
