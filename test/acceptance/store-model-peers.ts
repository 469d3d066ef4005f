/** What the naive store does with what is known of peers. */
import { comparePositions } from '../../protocols/wire/order.ts'
import type { LockReads } from '../../src/store/locks.ts'
import type { Write } from '../../src/store/store.ts'
import type { Tables } from './store-tables.ts'

export type PeerWrite = Extract<
  Write,
  {
    type:
      | 'put-peer-frontier'
      | 'delete-peer-frontier'
      | 'put-unacked'
      | 'delete-unacked'
      | 'put-sharing'
      | 'put-verified'
      | 'put-lock'
      | 'put-address'
      | 'delete-address'
      | 'put-pinned-address'
      | 'delete-pinned-address'
  }
>

export function applyPeerWrite(t: Tables, write: PeerWrite): void {
  switch (write.type) {
    case 'put-peer-frontier':
    case 'delete-peer-frontier': {
      const peer = write.type === 'put-peer-frontier' ? write.row.peer : write.peer
      t.peerFrontiers = t.peerFrontiers.filter((kept) => kept.room !== write.room || kept.row.peer !== peer)
      if (write.type === 'put-peer-frontier') t.peerFrontiers.push({ room: write.room, row: write.row })
      break
    }
    case 'put-unacked':
    case 'delete-unacked': {
      const { room, peer } = write
      const id = write.type === 'put-unacked' ? write.row.id : write.id
      t.unacked = t.unacked.filter((kept) => kept.room !== room || kept.peer !== peer || kept.row.id !== id)
      if (write.type === 'put-unacked') t.unacked.push({ room, peer, row: write.row })
      break
    }
    case 'put-sharing':
      t.sharing = t.sharing.filter((kept) => kept.room !== write.room || kept.row.peer !== write.row.peer)
      t.sharing.push({ room: write.room, row: write.row })
      break
    case 'put-lock':
      t.locks = [...t.locks.filter(({ id }) => id !== write.row.id), write.row]
      break
    case 'put-verified':
      t.verified = t.verified.filter((row) => row.peer !== write.peer)
      if (write.atMs !== undefined) t.verified.push({ peer: write.peer, atMs: write.atMs })
      break
    case 'put-address':
      t.addresses = [...t.addresses.filter((row) => row.peer !== write.address.peer), write.address]
      break
    case 'delete-address':
      t.addresses = t.addresses.filter((row) => row.peer !== write.peer)
      break
    case 'put-pinned-address':
      t.pinnedAddresses = t.pinnedAddresses.filter((row) => row.address !== write.pinned.address)
      t.pinnedAddresses.push(write.pinned)
      break
    case 'delete-pinned-address':
      t.pinnedAddresses = t.pinnedAddresses.filter((row) => row.address !== write.address)
      break
  }
}

export function locksOf(tables: () => Tables): LockReads['locks'] {
  return () => tables().locks.toSorted(comparePositions)
}
