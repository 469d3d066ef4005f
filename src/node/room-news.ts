/** Events in a room: for its listeners, and, when documents are stored, for its followers. */
import { EventEmitter } from 'node:events'
import type { Document } from '../../protocols/document/document.ts'
import type { RoomEvents } from '../kith.ts'

export class RoomNews extends EventEmitter<RoomEvents & { stored: [document: Document] }> {
  constructor() {
    super()
    this.setMaxListeners(0)
  }
}
