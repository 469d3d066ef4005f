/**
 * What is remembered about the peers of rooms over restarts: what they hold, and which documents they were
 * sent but did not acknowledge.
 */
import type { BatchSyncWrite } from '../../../protocols/batch-sync/index.ts'
import type { RoomStore } from '../../room/room-store.ts'
import { MAX_PEER_FRONTIERS } from '../constants.ts'
import type { Now } from '../io.ts'

export class PeerRows {
  readonly #store: RoomStore

  constructor(store: RoomStore) {
    this.#store = store
  }

  write(write: BatchSyncWrite, now: Now): void {
    const { room, peer } = write
    // A row outlives the process and its monotonic clock, so rows use the wall clock. Rows have no fractions,
    // but that clock does.
    const wallMsOf = (monotonicMs: number): number => Math.round(now.wallMs - (now.monotonicMs - monotonicMs))
    switch (write.type) {
      case 'put-peer-frontier': {
        const { frontier, headsDigest } = write
        const row = { peer, frontier, ...(headsDigest && { headsDigest }), seenMs: wallMsOf(write.seenMs) }
        this.#store.apply({ type: write.type, room, row })
        for (const old of this.#store.peerFrontiers(room).slice(MAX_PEER_FRONTIERS)) {
          this.#store.apply({ type: 'delete-peer-frontier', room, peer: old.peer })
          for (const { id } of this.#store.unacked(room, old.peer)) {
            this.#store.apply({ type: 'delete-unacked', room, peer: old.peer, id })
          }
        }
        break
      }
      case 'put-unacked': {
        const row = { id: write.id, sends: write.sends, sentMs: wallMsOf(write.sentMs) }
        this.#store.apply({ type: write.type, room, peer, row })
        break
      }
      case 'delete-unacked':
        this.#store.apply({ type: write.type, room, peer, id: write.id })
        break
    }
  }
}
