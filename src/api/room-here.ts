/** A room that may have been left meanwhile. */
import { KithError, type KithNode, type Room } from '../kith.ts'

/** Undefined if the node left it. */
export function roomHere(node: KithNode, id: string): Room | undefined {
  try {
    return node.rooms.get(id)
  } catch (error) {
    if (error instanceof KithError) return undefined
    throw error
  }
}
