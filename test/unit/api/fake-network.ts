/** The places of a room in memory: its network, and the ring. */
import { EventEmitter } from 'node:events'
import type { RoomEvents, RoomNetwork, RoomRing } from '../../../src/kith.ts'

const SELF = { peer: '12D3KooWSelf', name: 'Anna' }

export class FakePlaces extends EventEmitter<RoomEvents> {
  ring: RoomRing = { isOn: false, files: [] }
  networked: RoomNetwork = {
    ...{ keeps: 'all', root: SELF, distance: 0, subscribers: 1, copies: 0, isSplit: false },
    neighbours: [],
  }

  inRing = (): RoomRing => this.ring
  shareInRing = (): Promise<void> => ((this.ring.isOn = true), Promise.resolve())
  endSharingInRing = (): Promise<void> => ((this.ring.isOn = false), Promise.resolve())
  network = (): RoomNetwork => this.networked

  keepCopyOnly(isCopy = true): Promise<void> {
    this.networked.keeps = isCopy ? 'copy' : 'all'
    return Promise.resolve()
  }
}
