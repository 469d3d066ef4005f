/** Writes a history, and drops what need not be kept of it. */
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { AWAITED_PEER_MS } from '../../../src/machine/constants.ts'
import type { Retention } from '../../../src/store/store.ts'
import type { Nodes, TestNode } from './nodes.ts'

export const LONG_MS = 10 * 60_000

/** Nobody waits any more for who was away by then. */
export function passADay(...members: TestNode[]): void {
  for (const node of members) node.clockOffsetMs += AWAITED_PEER_MS
}

/** Texts so long that a checkpoint is due by count, whatever the state has. */
export function writeMany(nodes: Nodes, node: TestNode, room: RoomId, count: number): void {
  for (let i = 0; i < count; i++) {
    node.say(room, `${i} `.padEnd(1_000, '.'))
    if (i % 50 === 0) nodes.run(1_000)
  }
  nodes.run(LONG_MS)
}

/** Returns how many documents were dropped. */
export function keep(node: TestNode, room: RoomId, retention: Retention): number {
  node.command({ type: 'retain', room, retention })
  return trim(node, room)
}

export function trim(node: TestNode, room: RoomId): number {
  for (let dropped = 0; ;) {
    const { trimmed } = node.command({ type: 'trim', room })
    dropped += trimmed?.documents ?? 0
    if (trimmed?.isDone !== false) return dropped
  }
}
