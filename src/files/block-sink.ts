/** Where the blocks of files go that are being added. */
import type { BlockId } from '../../protocols/wire/ids.ts'

/** Receives the blocks of a DAG. */
export interface BlockSink {
  /**
   * Called for each block, children before their parents; repeatedly for a block that occurs repeatedly. At most
   * `BLOCKS_AT_ONCE` calls run at a time, and nothing more is read until they have resolved.
   */
  put(id: BlockId, block: Uint8Array): Promise<void>
}

/** At most 2 MiB: the more calls run at a time, the more blocks a sink can store together. */
export const BLOCKS_AT_ONCE = 8
