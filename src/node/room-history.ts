/**
 * A room's documents in order, read from the store a page at a time, so that memory does not grow with
 * their number.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import type { DocumentRow } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { storedDocument } from '../room/stored-document.ts'

/** Documents read and held at a time: 4 MiB if all have the largest size. */
export const HISTORY_PAGE = 64

/** Converts a document for a reader; undefined skips it. */
export type ReadDocument<Item> = (document: Document) => Item | undefined

/** A place in a room, as the store has it. */
export interface Placed extends Position {
  /** Undefined if it was damaged on the disk: it is not shown. */
  document: Document | undefined
}

/** What it needs of a node. */
type HistoryCore = Pick<NodeCore, 'store' | 'stopped' | 'foundDamage'> & {
  machine: { rooms: Pick<NodeCore['machine']['rooms'], 'get'> }
}

export class RoomHistory {
  readonly #room: RoomId
  readonly #core: HistoryCore

  constructor(room: RoomId, core: HistoryCore) {
    this.#room = room
    this.#core = core
  }

  /** The oldest documents after a position, at most a page; empty if there are none. Throws a KithError `stopped`. */
  page(after: Position | undefined): Placed[] {
    const rows = this.#store.documents(this.#room, { ...(after && { after }), limit: HISTORY_PAGE })
    return rows.map((row) => this.#place(row))
  }

  /** The documents next to a position in one direction, nearest first. Default: those at that end of the room. */
  beside(from: Position | undefined, direction: 'before' | 'after', limit: number): Placed[] {
    const rows = this.#store.documents(this.#room, {
      ...{ descending: direction === 'before', limit },
      ...(from && { [direction]: from }),
    })
    return rows.map((row) => this.#place(row))
  }

  document(id: DocumentId): Document | undefined {
    const row = this.#store.document(id)
    return row && this.#read(row)
  }

  /** The position of the last document. */
  newest(): Position | undefined {
    const [row] = this.#store.documents(this.#room, { descending: true, limit: 1 })
    return row && { clock: row.clock, id: row.id }
  }

  /** The converted documents, oldest first: all, or the newest `last`. */
  *items<Item>(last: number | undefined, read: ReadDocument<Item>): Generator<Item, void, undefined> {
    let left = last ?? Infinity
    if (left === 0) return
    let page = this.page(this.startOf(last, read))
    while (page.length > 0) {
      for (const { document } of page) {
        const item = document && read(document)
        if (item === undefined) continue
        yield item
        if (--left === 0) return
      }
      page = this.page(page.at(-1))
    }
  }

  /** The position after which there are `last` items; undefined if all are after it. */
  startOf<Item>(last: number | undefined, read: ReadDocument<Item>): Position | undefined {
    if (last === undefined) return undefined
    let left = last
    for (let before: Position | undefined; ;) {
      const rows = this.#store.documents(this.#room, {
        ...(before && { before }),
        descending: true,
        limit: HISTORY_PAGE,
      })
      for (const row of rows) {
        if (left === 0) return { id: row.id, clock: row.clock }
        const document = this.#read(row)
        if (document !== undefined && read(document) !== undefined) left--
      }
      before = rows.at(-1)
      if (before === undefined) return undefined
    }
  }

  #place(row: DocumentRow): Placed {
    return { id: row.id, clock: row.clock, document: this.#read(row) }
  }

  /** Opened, if it is sealed; undefined if it was damaged, which is told. */
  #read(row: Pick<DocumentRow, 'id' | 'room' | 'block'>): Document | undefined {
    const document = storedDocument(row)
    if (document === undefined) {
      this.#core.foundDamage()
      return undefined
    }
    return this.#core.machine.rooms.get(this.#room)?.read(document) ?? document
  }

  get #store(): NodeCore['store'] {
    if (this.#core.stopped.aborted) throw new KithError('stopped', 'the node has stopped')
    return this.#core.store
  }
}
