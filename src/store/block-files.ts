/**
 * Blocks as files, one each. They lie in folders by the character before the last one of their ids,
 * where Kubo's flatfs takes two: 32 folders are made sooner than 1,024, and one with thousands of files
 * is still listed in milliseconds.
 *
 * What others sent is written in the background, beside the decryption of what comes next, and read
 * from memory until it is in its file; `finish` makes sure that all of it is. A block is written under
 * another name and renamed, so a killed process leaves whole ones only. What was not flushed may be
 * damaged by a power cut; then it fails its hash when it is read.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFile, writeFileSync } from 'node:fs'
import * as background from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { blockIdOf, codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { isMissing, isUnflushable, withFileErrors, withFileErrorsAsync } from './file-errors.ts'
import type { StoredBlock } from './store.ts'

const SHARD_CHARACTERS = 1
const SHARD = new RegExp(`^[a-z2-7]{${SHARD_CHARACTERS}}$`)
const EXTENSION = '.data'

/** Start of the names of files that are being written. */
const UNFINISHED = 'unfinished-'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

const writeInBackground = promisify(writeFile)

/** Bytes of blocks that are written in the background at a time: what a disk takes in some ten milliseconds. */
export const MAX_UNFINISHED_BYTES = 4 * 1024 * 1024
/** Blocks that are written in the background at a time: each has a file open, and a process may have 1,024. */
export const MAX_UNFINISHED_BLOCKS = 64

/** Files flushed at a time. Node has four threads for files; whatever else uses them need not wait for a slow disk. */
export const FLUSHES_AT_ONCE = 3

export class BlockFiles {
  readonly #folder: string
  /** Folders that are there. */
  readonly #shards: Set<string>
  /** Blocks that are being written in the background, or could not be. */
  readonly #unfinished = new Map<BlockId, Uint8Array>()
  #unfinishedBytes = 0
  /** Files that are open for it, also of blocks that were finished or removed meanwhile. */
  #writing = 0
  /** Tells unfinished files from those of a store that was closed with files still under way. */
  readonly #token = randomBytes(4).toString('hex')
  #lastNumber = 0
  /** The folder that was listed last: pages end within one. */
  #listed: { shard: string; ids: BlockId[] } | undefined

  /** Opens or makes the folder, which no other process may use. Throws a StoreError, as all methods do. */
  constructor(folder: string) {
    this.#folder = folder
    this.#shards = withFileErrors(folder, () => {
      mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      return tidied(folder)
    })
  }

  /** Undefined where the block is not here. */
  sizeBytes(id: BlockId): number | undefined {
    const unfinished = this.#unfinished.get(id)
    if (unfinished !== undefined) return unfinished.length
    return withFileErrors(this.#folder, () => statSync(this.#path(id), { throwIfNoEntry: false })?.size)
  }

  /** Undefined where the block is not here, or was damaged; then it is removed. */
  read(id: BlockId): Uint8Array | undefined {
    const unfinished = this.#unfinished.get(id)
    if (unfinished !== undefined) return Uint8Array.from(unfinished) // the reader may do with it what he likes
    const block = withFileErrors(this.#folder, () => readIfThere(this.#path(id)))
    if (block === undefined || blockIdOf(codecOf(id), block) === id) return block
    this.remove(id)
    return undefined
  }

  /** Stores a block unless it is here. It is in its file after `finish`, and not flushed. */
  write(id: BlockId, block: Uint8Array): void {
    if (this.sizeBytes(id) === block.length) return // a power cut mostly leaves files too short
    withFileErrors(this.#folder, () => {
      if (this.#isBusyWith(block)) this.#create(id, block)
      else this.#begin(id, block)
    })
  }

  /**
   * Stores blocks off the main thread. Resolves once they survive a power cut; each is here once it is in its file.
   * Rejects once nothing is under way any more, and may have stored some of them.
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
    withFileErrors(this.#folder, () => rmSync(this.#path(id), { force: true }))
  }

  /**
   * Has all blocks in their files when it returns: those that are being written are written here and
   * now, what the background makes of them counts no longer. One for which that fails is here no more.
   */
  finish(): void {
    for (const [id, block] of this.#unfinished) {
      this.#forget(id)
      withFileErrors(this.#folder, () => this.#create(id, block))
    }
  }

  /**
   * The first `limit` blocks after another one, in an order of their own. Whether those are among them
   * that came or went while they are gone through is not said.
   */
  ids(limit: number, after?: BlockId): BlockId[] {
    if (after === undefined) this.finish()
    const last = after ?? ''
    const first = shardOf(last)
    const ids: BlockId[] = []
    for (const shard of [...this.#shards].sort()) {
      if (ids.length >= limit) break
      if (shard < first) continue
      const isGoneOn = shard === first && this.#listed?.shard === shard
      if (!isGoneOn) this.#listed = { shard, ids: this.#idsIn(shard) }
      for (const id of this.#listed?.ids ?? []) if (shard > first || id > last) ids.push(id)
    }
    if (ids.length < limit) this.#listed = undefined
    return ids.slice(0, limit)
  }

  /** In ascending order, without what is no block. */
  #idsIn(shard: string): BlockId[] {
    const names = withFileErrors(this.#folder, () => readdirSync(join(this.#folder, shard)))
    return names.sort().flatMap((name) => {
      const id = parseBlockId(name.slice(0, -EXTENSION.length))
      return id !== undefined && name === id + EXTENSION && shardOf(id) === shard ? id : []
    })
  }

  /** Whether as much is being written in the background as may be, so that one more block would be too much. */
  #isBusyWith(block: Uint8Array): boolean {
    const blocks = Math.max(this.#unfinished.size, this.#writing)
    return blocks >= MAX_UNFINISHED_BLOCKS || this.#unfinishedBytes + block.length > MAX_UNFINISHED_BYTES
  }

  /** Only the bytes are written in the background: the rest is over sooner than it could be handed over. */
  #begin(id: BlockId, block: Uint8Array): void {
    const path = this.#newPath()
    const file = openSync(path, 'wx', OWNER_ONLY_FILE)
    this.#writing++
    this.#unfinished.set(id, block)
    this.#unfinishedBytes += block.length
    writeInBackground(file, block)
      .finally(() => closeSync(file))
      .then(() => {
        // It was removed meanwhile, or is in its file.
        if (this.#unfinished.get(id) !== block) return rmSync(path, { force: true })
        this.#name(path, id)
        this.#forget(id)
      })
      .catch(() => rmSync(path, { force: true })) // `finish` tries again, and tells
      .catch(() => undefined) // what is left of it goes with the next start
      .finally(() => this.#writing--)
  }

  #forget(id: BlockId): void {
    this.#unfinishedBytes -= this.#unfinished.get(id)?.length ?? 0
    this.#unfinished.delete(id)
  }

  #create(id: BlockId, block: Uint8Array): void {
    const path = this.#newPath()
    try {
      writeFileSync(path, block, { mode: OWNER_ONLY_FILE })
      this.#name(path, id)
    } catch (error) {
      rmSync(path, { force: true })
      throw error
    }
  }

  /** Flushed before it gets its name: under that, there is only ever a whole block. */
  async #createDurably(id: BlockId, block: Uint8Array): Promise<void> {
    const path = this.#newPath()
    try {
      await background.writeFile(path, block, { flag: 'wx', mode: OWNER_ONLY_FILE, flush: true })
      this.#name(path, id)
      this.#forget(id) // what is being written in the background must not replace it
    } catch (error) {
      await background.rm(path, { force: true })
      throw error
    }
  }

  /** Gives a file that was written the name of its block. */
  #name(path: string, id: BlockId): void {
    this.#makeShard(shardOf(id))
    renameSync(path, this.#path(id))
  }

  #newPath(): string {
    return join(this.#folder, `${UNFINISHED}${this.#token}-${++this.#lastNumber}`)
  }

  #makeShard(shard: string): void {
    if (this.#shards.has(shard)) return
    mkdirSync(join(this.#folder, shard), { recursive: true, mode: OWNER_ONLY_FOLDER })
    this.#shards.add(shard)
  }

  #path(id: BlockId): string {
    return join(this.#folder, shardOf(id), id + EXTENSION)
  }
}

/** Removes what was not finished, and gives the folders for blocks. */
function tidied(folder: string): Set<string> {
  const entries = readdirSync(folder, { withFileTypes: true })
  for (const { name } of entries) if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { force: true })
  return new Set(entries.filter((entry) => entry.isDirectory() && SHARD.test(entry.name)).map(({ name }) => name))
}

function shardOf(id: string): string {
  return id.slice(-SHARD_CHARACTERS - 1, -1)
}

/** Calls back for each item, and has some of the calls under way at a time. Throws the first error, once all have ended. */
async function forEach<Item>(items: Iterable<Item>, act: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items].values()
  const actOnRest = async (): Promise<void> => {
    for (const item of rest) await act(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: FLUSHES_AT_ONCE }, actOnRest))
  for (const result of ended) if (result.status === 'rejected') throw result.reason
}

/** Makes the names in a folder durable, where the system can do so. */
async function flushFolder(path: string): Promise<void> {
  try {
    await using folder = await background.open(path)
    await folder.sync()
  } catch (error) {
    if (!isUnflushable(error)) throw error
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
