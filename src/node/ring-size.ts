/** The size of the ring for users: whole numbers of nodes and items. */
import type { RingSizes } from '../../protocols/ring/index.ts'
import type { RingSize } from '../kith.ts'

/** A node that takes no part knows nothing. */
export const NO_SIZE: RingSize = { nodes: null, items: null }

export function ringSizeOf({ nodes, items }: RingSizes): RingSize {
  return {
    nodes: nodes === undefined ? null : { ...nodes, count: Math.round(nodes.count) },
    items: items === undefined ? null : { ...items, count: Math.round(items.count) },
  }
}
