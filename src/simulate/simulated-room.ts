/** A room of a simulation, and the nodes that have a place in it. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { AccessWatch } from './access-watch.ts'
import type { SimulatedNode } from './simulated-node.ts'

export interface SimulatedRoom {
  id: RoomId
  /** The one that created it first. In an open room all of them should have all of it. */
  nodes: readonly SimulatedNode[]
  /** What was seen of a room with members. */
  watch?: AccessWatch
}
