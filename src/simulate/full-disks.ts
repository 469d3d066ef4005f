/** Disks that are full for a while: what a node does then, as on a host. */
import { StoreError } from '../store/store.ts'
import { KithError } from '../kith.ts'
import type { Completion } from '../runtime/queued.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** How long a user waits who was told that there is no space, before trying again. */
export const TRY_AGAIN_MS = 10_000

/** Whether a user was told that there is no space. */
export function hadNoSpace(completion: Completion): boolean {
  if (!('error' in completion)) return false
  const { error } = completion
  return error instanceof StoreError ? error.code === 'full' : error instanceof KithError && error.code === 'disk-full'
}

/** Tells a node's machine what its disk has, as a host does when a write found no space, or there is some again. */
export function tellSpace(node: SimulatedNode): void {
  const { isFull } = node.store
  const documentBytes = isFull ? 0 : Number.MAX_SAFE_INTEGER
  node.command({ type: 'space', documentBytes, isReadOnly: isFull })
  node.command({ type: 'pause', isPaused: isFull })
}
