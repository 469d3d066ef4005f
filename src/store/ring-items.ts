/** What a node keeps for others in the ring: as the protocol has it. */
import type { HeldItem, ItemRow, RingPorts, RingWrite } from '../../protocols/ring/index.ts'

export type { HeldItem, ItemRow, RingWrite }

/** What the ring reads of a store; `heldTotals` costs the more, the more there is. */
export type RingReads = Pick<
  RingPorts,
  'heldItem' | 'itemOfId' | 'packedItem' | 'heldItems' | 'farthestItems' | 'heldTotals'
>
