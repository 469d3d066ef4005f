/** The part of the memory store for rows of the node itself, which belong to no room that it has. */
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { Journal } from './journal.ts'
import type { LockReads, LockRow, LockWrite } from './locks.ts'
import { MemoryBlocks } from './memory-blocks.ts'
import { compareText } from './memory-rows.ts'
import type { AddressRow, FaultRow, PinnedAddressRow, Write } from './store.ts'
import type { VerifiedReads, VerifiedRow, VerifiedWrite } from './verified.ts'

type NodeWrite =
  | LockWrite
  | VerifiedWrite
  | (Write & { type: 'put-address' | 'delete-address' | 'put-pinned-address' | 'delete-pinned-address' })
  | (Write & { type: 'put-fault' | 'delete-fault' })

/** Base class of the memory store. */
export class MemoryNodeRows extends MemoryBlocks implements LockReads, VerifiedReads {
  readonly #addresses = new Map<PeerId, AddressRow>()
  readonly #pinnedAddresses = new Map<string, PinnedAddressRow>()
  readonly #verified = new Map<PeerId, VerifiedRow>()
  readonly #faults = new Map<string, FaultRow>()
  readonly #locks = new Map<DocumentId, LockRow>()

  addresses(): AddressRow[] {
    return [...this.#addresses.values()].sort((a, b) => b.lastSeenMs - a.lastSeenMs || compareText(a.peer, b.peer))
  }

  faults(): FaultRow[] {
    return [...this.#faults.values()].sort((a, b) => b.atMs - a.atMs || compareText(a.digest, b.digest))
  }

  verified(): VerifiedRow[] {
    return [...this.#verified.values()].sort((a, b) => compareText(a.peer, b.peer))
  }

  locks(): LockRow[] {
    return [...this.#locks.values()].sort(comparePositions)
  }

  pinnedAddresses(): PinnedAddressRow[] {
    const rows = [...this.#pinnedAddresses.values()]
    return rows.sort((a, b) => a.namedAtMs - b.namedAtMs || compareText(a.address, b.address))
  }

  protected writeNodeRow(journal: Journal, write: NodeWrite): void {
    switch (write.type) {
      case 'put-address':
        return journal.set(this.#addresses, write.address.peer, write.address)
      case 'delete-address':
        return journal.delete(this.#addresses, write.peer)
      case 'put-pinned-address':
        return journal.set(this.#pinnedAddresses, write.pinned.address, write.pinned)
      case 'delete-pinned-address':
        return journal.delete(this.#pinnedAddresses, write.address)
      case 'put-verified': {
        const { peer, atMs } = write
        if (atMs === undefined) return journal.delete(this.#verified, peer)
        return journal.set(this.#verified, peer, { peer, atMs })
      }
      case 'put-fault':
        return journal.set(this.#faults, write.fault.digest, write.fault)
      case 'delete-fault':
        return journal.delete(this.#faults, write.digest)
      case 'put-lock':
        return journal.set(this.#locks, write.row.id, write.row)
    }
  }
}
