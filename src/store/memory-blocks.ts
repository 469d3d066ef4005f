/** The part of the memory store for blocks: their bytes, the documents that link to them, and the roots that need them. */
import { compareDocumentIds, type BlockId, type DocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { isSmall } from './blocks.ts'
import type { Journal } from './journal.ts'
import type {
  BlockReads,
  BlockWrite,
  EnsuredFilter,
  EnsuredRow,
  FileFilter,
  FileRow,
  LinkingRow,
  ReleasedBlocks,
  StoredBlock,
  UnneededPage,
  WalkPlace,
} from './blocks.ts'

/** A room, or the empty string for roots without one. */
type Scope = RoomId | ''

interface Root {
  row: EnsuredRow
  arrival: number
  needs: Set<BlockId>
}

/** Base class of the memory store. */
export class MemoryBlocks implements BlockReads {
  readonly #linking = new Map<RoomId, Map<DocumentId, LinkingRow>>()
  /** By scope and id. */
  readonly #roots = new Map<string, Root>()
  /** How many roots of each scope need a block. Blocks that none needs have no entry. */
  readonly #needing = new Map<BlockId, Map<Scope, number>>()
  /** Small blocks that were put in a transaction. */
  readonly #blockRows = new Map<BlockId, Uint8Array>()
  /** The other blocks, which a rollback does not change. */
  readonly #blockFiles = new Map<BlockId, Uint8Array>()
  /** Blocks that were needed by roots deleted since. */
  readonly #released = new Map<BlockId, true>()
  #arrivals = 0

  linking(room: RoomId): LinkingRow[] {
    return [...(this.#linking.get(room)?.values() ?? [])].sort(comparePositions)
  }

  newestLinking(room: RoomId, limit: number, before?: Position): LinkingRow[] {
    const earlier = this.linking(room).filter((row) => before === undefined || comparePositions(row, before) < 0)
    return earlier.reverse().slice(0, limit)
  }

  files(room: RoomId, { document, root, name }: FileFilter): FileRow[] {
    return this.linking(room)
      .filter(isFileRow)
      .filter(({ id }) => document === undefined || id === document)
      .filter(({ file }) => root === undefined || file.root === root)
      .filter(({ file }) => name === undefined || file.name === name)
  }

  ensured(room: RoomId | undefined, id: BlockId): EnsuredRow | undefined {
    return this.#root(room, id)?.row
  }

  ensuredRows({ room, state, incomplete, pinned, withJobs, limit }: EnsuredFilter): EnsuredRow[] {
    return [...this.#roots.values()]
      .filter(({ row }) => room === undefined || row.room === (room ?? undefined))
      .filter(({ row }) => state === undefined || row.state === state)
      .filter(({ row }) => incomplete !== true || row.state !== 'complete')
      .filter(({ row }) => pinned === undefined || row.pinned === pinned)
      .filter(({ row }) => withJobs !== true || row.jobs.length > 0)
      .sort((a, b) => a.arrival - b.arrival)
      .slice(0, limit)
      .map(({ row }) => row)
  }

  isNeeded(room: RoomId, id: BlockId): boolean {
    return this.#needing.get(id)?.has(room) === true
  }

  blockSizeBytes(id: BlockId): number | undefined {
    return this.block(id)?.length
  }

  block(id: BlockId): Uint8Array | undefined {
    return this.#blockRows.get(id) ?? this.#blockFiles.get(id)
  }

  unneededBlocks(limit: number, after?: WalkPlace): UnneededPage {
    const ids = [...new Set([...this.#blockRows.keys(), ...this.#blockFiles.keys()])]
      .filter((id) => after === undefined || compareDocumentIds(id, after as BlockId) > 0)
      .sort(compareDocumentIds)
      .slice(0, limit)
    return { blocks: this.#unneededOf(ids), next: ids.length < limit ? undefined : ids.at(-1) }
  }

  releasedBlocks(limit: number): ReleasedBlocks {
    const ids = [...this.#released.keys()].slice(0, limit)
    return { ids, unneeded: this.#unneededOf(ids) }
  }

  async putDurably(blocks: readonly StoredBlock[]): Promise<void> {
    for (const { id, block } of blocks) this.#blockFiles.set(id, block)
  }

  protected writeBlocks(journal: Journal, write: BlockWrite): void {
    switch (write.type) {
      case 'put-linking':
        return journal.set(this.#linkingIn(write.room), write.row.id, write.row)
      case 'delete-linking':
        return journal.delete(this.#linkingIn(write.room), write.id)
      case 'put-ensured':
        return this.#putEnsured(journal, write.row)
      case 'delete-ensured':
        return this.#deleteEnsured(journal, write.room, write.id)
      case 'put-needs':
        return this.#putNeeds(journal, write.room, write.root, write.needs)
      case 'forget-released':
        return write.ids.forEach((id) => journal.delete(this.#released, id))
      case 'put-block':
        return this.#putBlock(journal, write.id, write.block)
      case 'delete-blocks':
        return write.ids.forEach((id) => this.#deleteBlock(journal, id))
    }
  }

  /** Deletes what a room links to, and its roots. */
  protected deleteRoomBlocks(journal: Journal, room: RoomId): void {
    journal.delete(this.#linking, room)
    for (const { id } of this.ensuredRows({ room })) this.#deleteEnsured(journal, room, id)
  }

  /** Those of the blocks that are stored and that no root needs. */
  #unneededOf(ids: readonly BlockId[]): { id: BlockId; sizeBytes: number }[] {
    return ids.flatMap((id) => {
      const sizeBytes = this.blockSizeBytes(id)
      return sizeBytes === undefined || this.#needing.has(id) ? [] : { id, sizeBytes }
    })
  }

  #putBlock(journal: Journal, id: BlockId, block: Uint8Array): void {
    if (!isSmall(block)) this.#blockFiles.set(id, block)
    else if (!this.#blockRows.has(id)) journal.set(this.#blockRows, id, block)
  }

  #deleteBlock(journal: Journal, id: BlockId): void {
    journal.delete(this.#blockRows, id)
    this.#blockFiles.delete(id)
  }

  /** The rows of a room, created if there are none. That needs no undo: an empty map reads the same as none. */
  #linkingIn(room: RoomId): Map<DocumentId, LinkingRow> {
    let rows = this.#linking.get(room)
    if (rows === undefined) {
      rows = new Map()
      this.#linking.set(room, rows)
    }
    return rows
  }

  #root(room: RoomId | undefined, id: BlockId): Root | undefined {
    return this.#roots.get(keyOf(room, id))
  }

  #putEnsured(journal: Journal, row: EnsuredRow): void {
    const { arrival = this.#arrivals++, needs = new Set<BlockId>() } = this.#root(row.room, row.id) ?? {}
    journal.set(this.#roots, keyOf(row.room, row.id), { row, arrival, needs })
  }

  #deleteEnsured(journal: Journal, room: RoomId | undefined, id: BlockId): void {
    const root = this.#root(room, id)
    if (root === undefined) return
    const ids = [...root.needs]
    journal.delete(this.#roots, keyOf(room, id))
    for (const each of ids) journal.set(this.#released, each, true)
    this.#count(room, ids, -1)
    journal.did(() => this.#count(room, ids, 1))
  }

  #putNeeds(journal: Journal, room: RoomId | undefined, id: BlockId, needs: readonly { id: BlockId }[]): void {
    const root = this.#root(room, id)
    if (root === undefined) return
    const added: BlockId[] = []
    for (const need of needs) {
      if (root.needs.has(need.id)) continue
      root.needs.add(need.id)
      added.push(need.id)
    }
    this.#count(room, added, 1)
    journal.did(() => {
      for (const each of added) root.needs.delete(each)
      this.#count(room, added, -1)
    })
  }

  /** Changes the number of roots of a scope that need each of the blocks. */
  #count(room: RoomId | undefined, ids: readonly BlockId[], change: 1 | -1): void {
    const scope = scopeOf(room)
    for (const id of ids) {
      const counts = this.#needing.get(id) ?? new Map<Scope, number>()
      const count = (counts.get(scope) ?? 0) + change
      if (count === 0) counts.delete(scope)
      else counts.set(scope, count)
      if (counts.size === 0) this.#needing.delete(id)
      else this.#needing.set(id, counts)
    }
  }
}

function isFileRow(row: LinkingRow): row is FileRow {
  return row.file !== undefined
}

function scopeOf(room: RoomId | undefined): Scope {
  return room ?? ''
}

function keyOf(room: RoomId | undefined, id: BlockId): string {
  return scopeOf(room) + id
}
