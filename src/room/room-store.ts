/** The part of the store that rooms use. */
import type { Store, StoreReads } from '../store/store.ts'

/**
 * Reads, and writes into the transaction that the runner commits before anything leaves the node.
 */
export type RoomStore = StoreReads & Pick<Store, 'apply'>
