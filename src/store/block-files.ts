/**
 * Stores each block in a file of its own, sealed if the user wants that. Files are sharded into folders by the last but one character
 * of the block's id; Kubo's flatfs uses two characters. 32 folders are created sooner than 1,024, and
 * listing one takes milliseconds even with thousands of files in it.
 *
 * Blocks of peers are written in the background while the next ones are decrypted, and read from memory
 * until then; `finish` writes the rest. Blocks that may exist nowhere else are written durably. Every
 * file is written under a temporary name and renamed, so `kill -9` leaves whole blocks only. A block
 * that was not flushed may be damaged by a power cut; reading it then finds that its hash is wrong.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFile, writeFileSync } from 'node:fs'
import * as background from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { blockIdOf, codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { isMissing, isOutOfDescriptors, isUnflushable, withFileErrors, withFileErrorsAsync } from './file-errors.ts'
import { SEALED_MORE_BYTES, type AtRestKey } from './at-rest.ts'
import { SpareDescriptor } from './spare-descriptor.ts'
import type { StoredBlock } from './blocks.ts'

const SHARD_CHARACTERS = 1
const SHARD = new RegExp(`^[a-z2-7]{${SHARD_CHARACTERS}}$`)
const EXTENSION = '.data'
const SEALED_EXTENSION = '.sealed'
const EXTENSIONS: readonly string[] = [EXTENSION, SEALED_EXTENSION]

/** Prefix of temporary names. */
const UNFINISHED = 'unfinished-'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

const writeInBackground = promisify(writeFile)

/** Bytes of blocks written in the background at a time: a disk takes some ten milliseconds to write them. */
export const MAX_UNFINISHED_BYTES = 4 * 1024 * 1024
/** Blocks written in the background at a time. Each has a file open, and a process may open 1,024. */
export const MAX_UNFINISHED_BLOCKS = 64

/** Blocks rewritten at a time: 16 MiB in memory at most. */
const REWRITTEN_AT_ONCE = 64

/** Files flushed at a time. Node has four threads for files: one stays free for others while a slow disk is busy. */
export const FLUSHES_AT_ONCE = 3

/** The blocks in a folder. All methods throw a StoreError if the system refuses something. */
export class BlockFiles {
  readonly #folder: string
  readonly #atRest: AtRestKey
  /** Shard folders that exist. */
  readonly #shards: Set<string>
  /** Blocks that are being written in the background, or whose writing failed. */
  readonly #unfinished = new Map<BlockId, Uint8Array>()
  #unfinishedBytes = 0
  /** Open files of background writes, including those of blocks that were finished or removed meanwhile. */
  #writing = 0
  /** Keeps temporary names apart from those of an earlier instance whose last writes may still be under way. */
  readonly #token = randomBytes(4).toString('hex')
  #lastNumber = 0
  readonly #spare: SpareDescriptor
  /** The shard listed last, because a page may end in the middle of one. */
  #listed: { shard: string; ids: BlockId[] } | undefined

  /** Opens the folder, which no other process may use, or creates it. */
  constructor(folder: string, atRest: AtRestKey) {
    this.#folder = folder
    this.#atRest = atRest
    this.#shards = withFileErrors(folder, () => {
      mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      return openShards(folder)
    })
    this.#spare = new SpareDescriptor(folder)
  }

  /** Undefined if the block is not stored. */
  sizeBytes(id: BlockId): number | undefined {
    const unfinished = this.#unfinished.get(id)
    if (unfinished !== undefined) return unfinished.length
    return withFileErrors(this.#folder, () => {
      for (const isSealed of this.#waysToLie()) {
        const size = statSync(this.#path(id, isSealed), { throwIfNoEntry: false })?.size
        if (size !== undefined) return isSealed ? size - SEALED_MORE_BYTES : size
      }
      return undefined
    })
  }

  /** Undefined if the block is not stored, or is damaged; a damaged block is removed. */
  read(id: BlockId): Uint8Array | undefined {
    const unfinished = this.#unfinished.get(id)
    if (unfinished !== undefined) return Uint8Array.from(unfinished) // the caller may modify its copy
    for (const isSealed of this.#waysToLie()) {
      const stored = withFileErrors(this.#folder, () => this.#spare.use(() => readIfThere(this.#path(id, isSealed))))
      if (stored === undefined) continue
      const block = this.#atRest.opened(stored, isSealed)
      if (blockIdOf(codecOf(id), block) === id) return block
      this.remove(id)
    }
    return undefined
  }

  /** Stores a block unless it is stored already. It is in its file after `finish`, but not flushed. */
  write(id: BlockId, block: Uint8Array): void {
    if (this.sizeBytes(id) === block.length) return // files damaged by a power cut are mostly too short
    withFileErrors(this.#folder, () => {
      if (this.#wouldExceedLimits(block) || !this.#begin(id, block)) this.#create(id, block)
    })
  }

  /**
   * Stores blocks off the main thread, replacing those that are stored already. Resolves once they would survive a power
   * cut. If some cannot be stored, it rejects after the others have been.
   */
  async writeDurably(blocks: readonly StoredBlock[]): Promise<void> {
    const unique = new Map(blocks.map(({ id, block }) => [id, block]))
    const shards = new Set([...unique.keys()].map((id) => join(this.#folder, shardOf(id))))
    await withFileErrorsAsync(this.#folder, async () => {
      await forEach(unique, ([id, block]) => this.#createDurably(id, block))
      await forEach([...shards, this.#folder], flushFolder)
    })
  }

  remove(id: BlockId): void {
    this.#forget(id)
    withFileErrors(this.#folder, () => {
      for (const isSealed of [false, true]) rmSync(this.#path(id, isSealed), { force: true })
    })
  }

  /**
   * Stores the blocks as new ones are: seals those that lie open, or the other way round. Each is durable before its file of
   * before goes.
   */
  async rewrite(): Promise<void> {
    const { sealsAll } = this.#atRest
    for (let page = this.ids(REWRITTEN_AT_ONCE); page.length > 0; page = this.ids(REWRITTEN_AT_ONCE, page.at(-1))) {
      const others = page.filter((id) => existsSync(this.#path(id, !sealsAll)))
      const blocks = others.flatMap((id) => {
        const block = this.read(id)
        return block === undefined ? [] : { id, block }
      })
      await this.writeDurably(blocks)
      for (const id of others) {
        withFileErrors(this.#folder, () => rmSync(this.#path(id, !sealsAll), { force: true }))
      }
    }
  }

  /** Whether blocks are sealed: those that were written before may not be as new ones are. */
  #waysToLie(): readonly boolean[] {
    return this.#atRest.sealsAll ? [true, false] : [false, true]
  }

  /**
   * Writes all blocks that are still being written in the background, now and on this thread; the background writes are
   * discarded. If one cannot be written, none of those that are left are stored: no committed row speaks of them.
   */
  finish(): void {
    try {
      for (const [id, block] of this.#unfinished) {
        withFileErrors(this.#folder, () => this.#create(id, block))
        this.#forget(id)
      }
    } catch (error) {
      for (const id of this.#unfinished.keys()) this.#forget(id)
      throw error
    }
  }

  /** Gives back what is kept open. */
  close(): void {
    this.#spare.close()
  }

  /**
   * A page of all blocks: the first `limit` after `after`, in the order of the shards. Blocks that are added or removed
   * between two pages may or may not be included.
   */
  ids(limit: number, after?: BlockId): BlockId[] {
    if (after === undefined) this.finish()
    const last = after ?? ''
    const first = shardOf(last)
    const ids: BlockId[] = []
    for (const shard of [...this.#shards].sort()) {
      if (ids.length >= limit) break
      if (shard < first) continue
      const isListed = shard === first && this.#listed?.shard === shard
      if (!isListed) this.#listed = { shard, ids: this.#idsIn(shard) }
      for (const id of this.#listed?.ids ?? []) if (shard > first || id > last) ids.push(id)
    }
    if (ids.length < limit) this.#listed = undefined
    return ids.slice(0, limit)
  }

  /** The blocks of a shard in ascending order; other files are ignored. */
  #idsIn(shard: string): BlockId[] {
    const names = withFileErrors(this.#folder, () => this.#spare.use(() => readdirSync(join(this.#folder, shard))))
    const ids = names.flatMap((name) => {
      const extension = name.slice(name.lastIndexOf('.'))
      const id = EXTENSIONS.includes(extension) ? parseBlockId(name.slice(0, -extension.length)) : undefined
      return id !== undefined && shardOf(id) === shard ? id : []
    })
    return [...new Set(ids)].sort()
  }

  /** Whether writing one more block in the background would exceed the limits. */
  #wouldExceedLimits(block: Uint8Array): boolean {
    const blocks = Math.max(this.#unfinished.size, this.#writing)
    return blocks >= MAX_UNFINISHED_BLOCKS || this.#unfinishedBytes + block.length > MAX_UNFINISHED_BYTES
  }

  /**
   * Writes a block in the background. Opening and renaming are so fast that they are done on this thread. Returns false
   * where no descriptor is left for that.
   */
  #begin(id: BlockId, block: Uint8Array): boolean {
    const path = this.#newPath()
    const file = openIfPossible(path)
    if (file === undefined) return false
    this.#writing++
    this.#unfinished.set(id, block)
    this.#unfinishedBytes += block.length
    writeInBackground(file, this.#atRest.stored(block))
      .finally(() => closeSync(file))
      .then(() => {
        // The block was removed meanwhile, or written by `finish`.
        if (this.#unfinished.get(id) !== block) return rmSync(path, { force: true })
        this.#name(path, id)
        this.#forget(id)
      })
      .catch(() => rmSync(path, { force: true })) // `finish` tries again, and throws
      .catch(() => undefined) // the next start removes what is left
      .finally(() => this.#writing--)
    return true
  }

  #forget(id: BlockId): void {
    this.#unfinishedBytes -= this.#unfinished.get(id)?.length ?? 0
    this.#unfinished.delete(id)
  }

  #create(id: BlockId, block: Uint8Array): void {
    const path = this.#newPath()
    try {
      this.#spare.use(() => writeFileSync(path, this.#atRest.stored(block), { mode: OWNER_ONLY_FILE }))
      this.#name(path, id)
    } catch (error) {
      rmSync(path, { force: true })
      throw error
    }
  }

  /** The file is flushed before it is renamed, so it is whole under its final name even after a power cut. */
  async #createDurably(id: BlockId, block: Uint8Array): Promise<void> {
    const path = this.#newPath()
    try {
      const stored = this.#atRest.stored(block)
      await background.writeFile(path, stored, { flag: 'wx', mode: OWNER_ONLY_FILE, flush: true })
      this.#name(path, id)
      this.#forget(id) // a background write must not replace it with an unflushed file
    } catch (error) {
      await background.rm(path, { force: true })
      throw error
    }
  }

  /** Renames a file that has been written to its final name. */
  #name(path: string, id: BlockId): void {
    this.#makeShard(shardOf(id))
    renameSync(path, this.#path(id, this.#atRest.sealsAll))
  }

  #newPath(): string {
    return join(this.#folder, `${UNFINISHED}${this.#token}-${++this.#lastNumber}`)
  }

  #makeShard(shard: string): void {
    if (this.#shards.has(shard)) return
    mkdirSync(join(this.#folder, shard), { recursive: true, mode: OWNER_ONLY_FOLDER })
    this.#shards.add(shard)
  }

  #path(id: BlockId, isSealed: boolean): string {
    return pathOfBlock(this.#folder, id, isSealed)
  }
}

/** Where a block is, in the folder of all of them. */
export function pathOfBlock(folder: string, id: BlockId, isSealed: boolean): string {
  return join(folder, shardOf(id), id + (isSealed ? SEALED_EXTENSION : EXTENSION))
}

/** Removes temporary files, and lists the shards. */
function openShards(folder: string): Set<string> {
  const entries = readdirSync(folder, { withFileTypes: true })
  for (const { name } of entries) if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { force: true })
  return new Set(entries.filter((entry) => entry.isDirectory() && SHARD.test(entry.name)).map(({ name }) => name))
}

function shardOf(id: string): string {
  return id.slice(-SHARD_CHARACTERS - 1, -1)
}

/** Calls `act` for each item, for some of them at a time. Once all calls have ended, throws the first error. */
async function forEach<Item>(items: Iterable<Item>, act: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items].values()
  const worker = async (): Promise<void> => {
    for (const item of rest) await act(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: FLUSHES_AT_ONCE }, worker))
  for (const result of ended) if (result.status === 'rejected') throw result.reason
}

/** Makes the names in a folder durable, if the system supports that. */
async function flushFolder(path: string): Promise<void> {
  try {
    await using folder = await background.open(path)
    await folder.sync()
  } catch (error) {
    if (!isUnflushable(error)) throw error
  }
}

/** Undefined where no descriptor is left. */
function openIfPossible(path: string): number | undefined {
  try {
    return openSync(path, 'wx', OWNER_ONLY_FILE)
  } catch (error) {
    if (isOutOfDescriptors(error)) return undefined
    throw error
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    const { buffer, byteOffset, length } = readFileSync(path)
    return new Uint8Array(buffer, byteOffset, length)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
