import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AddressBook } from '../../../src/host/host.ts'
import type { AddressRow, PinnedAddressRow } from '../../../src/store/store.ts'

/** An address book like the store's, for one test. */
export function memoryAddressBook(
  rows: readonly AddressRow[] = [],
  pinned: readonly PinnedAddressRow[] = [],
): AddressBook {
  const byPeer = new Map<PeerId, AddressRow>(rows.map((row) => [row.peer, row]))
  const byAddress = new Map<string, PinnedAddressRow>(pinned.map((row) => [row.address, row]))
  return {
    list: () => [...byPeer.values()],
    put: (row) => void byPeer.set(row.peer, row),
    delete: (peer) => void byPeer.delete(peer),
    pinnedAddresses: () => [...byAddress.values()].sort((a, b) => a.namedAtMs - b.namedAtMs),
    putPinnedAddress: (row) => void byAddress.set(row.address, row),
    deletePinnedAddress: (address) => void byAddress.delete(address),
  }
}
