/**
 * Blocks as files, one each. They lie in folders by the character before the last one of their ids,
 * where Kubo's flatfs takes two: 32 folders are made sooner than 1,024, and one with thousands of files
 * is still listed in milliseconds.
 *
 * Files are written in the background, beside the decryption of what comes next: what was put is read
 * from memory until then. A block is written under another name and renamed, so a killed process
 * leaves whole ones only. What was not flushed may be damaged by a power cut; then it fails its hash
 * when it is read.
 */
import * as fs from 'node:fs'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { blockIdOf, codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { fileError, isMissing, withFileErrors } from './file-errors.ts'

const SHARD_CHARACTERS = 1
const SHARD = new RegExp(`^[a-z2-7]{${SHARD_CHARACTERS}}$`)
const EXTENSION = '.data'

/** What files are called that are being written, with a number. */
const UNFINISHED = 'unfinished-'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

const writeFile = promisify(fs.writeFile)
const fsync = promisify(fs.fsync)

/** What is to become of a block's file, once that is done what was to become of it before. */
interface Change {
  /** Undefined: it is to go. */
  readonly block: Uint8Array | undefined
  readonly done: Promise<void>
}

/** Bytes of blocks that may wait to be written while more of them come: what a disk takes in some ten milliseconds. */
export const MAX_UNWRITTEN_BYTES = 4 * 1024 * 1024

export class BlockFiles {
  readonly #folder: string
  /** Folders that are there. */
  readonly #shards: Set<string>
  /** The last change of each block that is under way. */
  readonly #changes = new Map<BlockId, Change>()
  /** What the first change failed with of those that nobody was told of. */
  #failure: { error: unknown } | undefined
  /** The folder that was listed last: pages end within one. */
  #listed: { shard: string; ids: BlockId[] } | undefined
  #unwrittenBytes = 0
  #flushing = 0
  #lastUnfinished = 0

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
    const change = this.#changes.get(id)
    if (change !== undefined) return change.block?.length
    return withFileErrors(this.#folder, () => sizeOf(this.#path(id)))
  }

  /** Undefined where the block is not here, or was damaged; then it is removed. */
  read(id: BlockId): Uint8Array | undefined {
    const change = this.#changes.get(id)
    if (change !== undefined) return change.block
    const block = withFileErrors(this.#folder, () => readIfThere(this.#path(id)))
    if (block === undefined || isBlock(id, block)) return block
    this.remove(id)
    return undefined
  }

  /** Stores a block where it is not here. `isFlushed`: once it is written, it survives a power cut. */
  write(id: BlockId, block: Uint8Array, isFlushed: boolean): void {
    this.#unwrittenBytes += block.length
    if (isFlushed) this.#flushing++
    this.#change(id, block, () =>
      this.#put(id, block, isFlushed).finally(() => {
        this.#unwrittenBytes -= block.length
        if (isFlushed) this.#flushing--
      }),
    )
  }

  remove(id: BlockId): void {
    this.#change(id, undefined, async () => rmSync(this.#path(id), { force: true }))
  }

  /** Whether `written` is to be waited for before more comes: for what is to be safe, for a failure, or as much waits. */
  get isBehind(): boolean {
    return this.#flushing > 0 || this.#unwrittenBytes > MAX_UNWRITTEN_BYTES || this.#failure !== undefined
  }

  /**
   * Resolves once all files are as they are to be; rejects with a StoreError where the system refused
   * one since the last call. Undefined where there is nothing to wait for.
   */
  written(): Promise<void> | undefined {
    return this.#changes.size === 0 && this.#failure === undefined ? undefined : this.#settled()
  }

  /**
   * The first `limit` blocks after another one, in an order of their own. Whether those are among them
   * that came or went while they are gone through is not said.
   */
  ids(limit: number, after?: BlockId): BlockId[] {
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

  /** Changes of one block are made one after the other. */
  #change(id: BlockId, block: Uint8Array | undefined, work: () => Promise<void>): void {
    const before = this.#changes.get(id)
    const made = before === undefined ? work() : before.done.then(work)
    const done = made
      .catch((error: unknown) => {
        this.#failure ??= { error: fileError(this.#folder, error) }
      })
      .then(() => {
        if (this.#changes.get(id) === change) this.#changes.delete(id)
      })
    const change: Change = { block, done }
    this.#changes.set(id, change)
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#changes.values()].map(({ done }) => done))
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  async #put(id: BlockId, block: Uint8Array, isFlushed: boolean): Promise<void> {
    const path = this.#path(id)
    // A power cut mostly leaves files too short. What is to be safe from now on is looked at closely.
    const isHere = isFlushed ? isWhole(path, id) : sizeOf(path) === block.length
    if (!isHere) await this.#create(id, block)
    if (isFlushed) await flush(path)
  }

  /** Only the bytes are written in the background: the rest is over sooner than it could be handed over. */
  async #create(id: BlockId, block: Uint8Array): Promise<void> {
    const unfinished = join(this.#folder, `${UNFINISHED}${++this.#lastUnfinished}`)
    try {
      const file = openSync(unfinished, 'w', OWNER_ONLY_FILE)
      await writeFile(file, block).finally(() => closeSync(file))
      this.#makeShard(shardOf(id))
      renameSync(unfinished, this.#path(id))
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
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

function isBlock(id: BlockId, block: Uint8Array): boolean {
  return blockIdOf(codecOf(id), block) === id
}

function isWhole(path: string, id: BlockId): boolean {
  const block = readIfThere(path)
  return block !== undefined && isBlock(id, block)
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

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

/** After it has its name, so that this is flushed with it. */
async function flush(path: string): Promise<void> {
  try {
    const file = openSync(path, 'r+')
    await fsync(file).finally(() => closeSync(file))
  } catch (error) {
    // It would read as whole as long as the system has it in memory.
    rmSync(path, { force: true })
    throw error
  }
}
