/** The node that a fake room is in. */
import type { EventEmitter } from 'node:events'
import type { NodeEvents } from '../../../src/kith.ts'
import type { FakeRoom } from './fake-room.ts'

export interface NodeOfRooms extends EventEmitter<NodeEvents> {
  readonly name: string
  readonly deleted: string[]
  remove(room: FakeRoom): void
}
