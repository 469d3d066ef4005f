/** How much this node holds of directories, so that invented authors do not fill its disk. */
import type { RoomId } from '../wire/ids.ts'
import {
  ADMIN_RECORDS,
  MAX_DIRECTORY_NODES,
  MAX_DIRECTORY_RECORDS,
  MAX_HELD_NODES,
  MAX_HELD_RECORDS,
} from './constants.ts'
import type { DirectoryPorts } from './ports.ts'

/** Nodes of trees, and the records in them. */
export interface Size {
  nodes: number
  records: number
}

/** Counts of what the store has: read once, and kept up with what is written. */
export class HeldSize {
  readonly #read: DirectoryPorts['held']
  readonly #rooms = new Map<RoomId, Size>()
  #all: Size | undefined

  constructor(read: DirectoryPorts['held']) {
    this.#read = read
  }

  /** Whether there is space for one more record; a part is kept for what admins write. */
  hasSpace(room: RoomId, isByAdmin: boolean): boolean {
    const kept = isByAdmin ? 0 : ADMIN_RECORDS
    const [here, all] = this.#both(room)
    return here.records < MAX_DIRECTORY_RECORDS - kept && all.records < MAX_HELD_RECORDS - kept
  }

  hasSpaceForNode(room: RoomId): boolean {
    const [here, all] = this.#both(room)
    return here.nodes < MAX_DIRECTORY_NODES && all.nodes < MAX_HELD_NODES
  }

  count(room: RoomId, what: keyof Size, change: number): void {
    for (const size of this.#both(room)) size[what] += change
  }

  /** A room is closed, and maybe deleted. */
  close(room: RoomId): void {
    this.#rooms.delete(room)
    this.#all = undefined
  }

  #both(room: RoomId): readonly [Size, Size] {
    const here = this.#rooms.get(room) ?? { ...this.#read(room) }
    this.#rooms.set(room, here)
    this.#all ??= { ...this.#read(undefined) }
    return [here, this.#all]
  }
}
