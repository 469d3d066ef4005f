import type { PeerKey } from '../../../protocols/wire/ids.ts'
import type { AddressBook } from '../../../src/host/host.ts'
import type { AddressRow } from '../../../src/store/store.ts'

/** An address book as the store would give it, for one test. */
export function memoryAddressBook(rows: readonly AddressRow[] = []): AddressBook {
  const byPeer = new Map<PeerKey, AddressRow>(rows.map((row) => [row.peer, row]))
  return {
    list: () => [...byPeer.values()],
    put: (row) => void byPeer.set(row.peer, row),
    delete: (peer) => void byPeer.delete(peer),
  }
}
