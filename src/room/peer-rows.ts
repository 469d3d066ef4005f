/** What is kept of the peers of rooms over restarts: what they hold, and what they were sent and did not acknowledge. */
import type { BatchSyncWrite } from '../../protocols/batch-sync/index.ts'
import { MAX_PEER_FRONTIERS } from './constants.ts'
import type { RoomStore } from './room-store.ts'

export class PeerRows {
  readonly #store: RoomStore

  constructor(store: RoomStore) {
    this.#store = store
  }

  write(write: BatchSyncWrite): void {
    const { room, peer } = write
    switch (write.type) {
      case 'put-peer-frontier':
        this.#store.apply({ type: write.type, room, row: { peer, frontier: write.frontier, seenMs: write.seenMs } })
        for (const old of this.#store.peerFrontiers(room).slice(MAX_PEER_FRONTIERS)) {
          this.#store.apply({ type: 'delete-peer-frontier', room, peer: old.peer })
          for (const { id } of this.#store.unacked(room, old.peer)) {
            this.#store.apply({ type: 'delete-unacked', room, peer: old.peer, id })
          }
        }
        break
      case 'put-unacked':
        this.#store.apply({
          type: write.type,
          room,
          peer,
          row: { id: write.id, sends: write.sends, sentMs: write.sentMs },
        })
        break
      case 'delete-unacked':
        this.#store.apply({ type: write.type, room, peer, id: write.id })
        break
    }
  }
}
