/** Events in a room: for its listeners, and for its followers. */
import { EventEmitter } from 'node:events'
import type { RoomEvents } from '../kith.ts'
import type { FollowListener } from './follow.ts'

type FollowEvents = { [Name in keyof FollowListener]: Parameters<FollowListener[Name]> }

export class RoomNews extends EventEmitter<RoomEvents & FollowEvents> {
  constructor() {
    super()
    this.setMaxListeners(0)
  }

  /** Calls the listener until the returned function is called. */
  subscribe(listener: FollowListener): () => void {
    const listeners: { [Name in keyof FollowEvents]: (...args: FollowEvents[Name]) => void } = {
      stored: (document) => listener.stored(document),
      shown: (document) => listener.shown(document),
      previewBegun: (position, newest) => listener.previewBegun(position, newest),
      previewEnded: (isReplayed) => listener.previewEnded(isReplayed),
    }
    for (const [name, call] of Object.entries(listeners)) this.on(name as keyof FollowEvents, call)
    return () => {
      for (const [name, call] of Object.entries(listeners)) this.off(name as keyof FollowEvents, call)
    }
  }
}
