/** Events in a room: for its listeners, and for its followers. */
import { EventEmitter } from 'node:events'
import type { RoomEvents } from '../kith.ts'
import type { FollowListener } from './follow.ts'

export class RoomNews extends EventEmitter<RoomEvents> {
  readonly followers = new Set<FollowListener>()

  constructor() {
    super()
    this.setMaxListeners(0)
  }

  /** Tells a follower what happens from now on, until the returned function is called. */
  follow(follower: FollowListener): () => void {
    this.followers.add(follower)
    return () => this.followers.delete(follower)
  }
}
