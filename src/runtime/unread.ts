/** What a peer sent, before it is read. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NodeInput } from '../machine/node-machine.ts'

/**
 * Reading takes time and many times the memory of what is read, so it is done when the peer's turn comes: the time is
 * part of what the peer costs, and what waits is small.
 */
export interface Unread {
  from: PeerId
  /** See `flowOf`. */
  flow: string
  /** Throws if it cannot be read, which is the peer's fault. */
  read(): NodeInput
}
