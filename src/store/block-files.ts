/**
 * Blocks as files, one each. They lie in folders by the two characters before the last one of their
 * ids, as Kubo's flatfs has it: these are spread evenly, over 1,024 folders.
 *
 * A block is written under another name and renamed, so a killed process leaves whole ones only. What
 * was not flushed may be damaged by a power cut; then it fails its hash when it is read.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blockIdOf, codecOf, parseBlockId } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { isMissing, withFileErrors } from './file-errors.ts'

const SHARD_CHARACTERS = 2
const SHARD = new RegExp(`^[a-z2-7]{${SHARD_CHARACTERS}}$`)
const EXTENSION = '.data'

/** The file that is being written: one at a time, as writing is synchronous. */
const UNFINISHED = 'unfinished'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

export class BlockFiles {
  readonly #folder: string
  readonly #unfinished: string
  /** Folders that are there. */
  readonly #shards: Set<string>

  /** Opens or makes the folder, which no other process may use. Throws a StoreError, as all methods do. */
  constructor(folder: string) {
    this.#folder = folder
    this.#unfinished = join(folder, UNFINISHED)
    this.#shards = withFileErrors(folder, () => {
      mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      rmSync(this.#unfinished, { force: true })
      return shardsIn(folder)
    })
  }

  /** Undefined where the block is not here. */
  sizeBytes(id: BlockId): number | undefined {
    return withFileErrors(this.#folder, () => statSync(this.#path(id), { throwIfNoEntry: false })?.size)
  }

  /** Undefined where the block is not here, or was damaged; then it is removed. */
  read(id: BlockId): Uint8Array | undefined {
    const block = withFileErrors(this.#folder, () => readIfThere(this.#path(id)))
    if (block === undefined || blockIdOf(codecOf(id), block) === id) return block
    this.remove(id)
    return undefined
  }

  /** Stores a block where it is not here. `isFlushed`: once this returns, it survives a power cut. */
  write(id: BlockId, block: Uint8Array, isFlushed: boolean): void {
    // A power cut mostly leaves files too short. What is to be safe from now on is looked at closely.
    const isHere = isFlushed ? this.read(id) !== undefined : this.sizeBytes(id) === block.length
    withFileErrors(this.#folder, () => {
      if (!isHere) this.#create(id, block)
      if (isFlushed) this.#flush(id)
    })
  }

  remove(id: BlockId): void {
    withFileErrors(this.#folder, () => rmSync(this.#path(id), { force: true }))
  }

  /** The first `limit` blocks after another one, in an order of their own; lists no more folders than they are in. */
  ids(limit: number, after?: BlockId): BlockId[] {
    const last = after ?? ''
    const first = shardOf(last)
    const ids: BlockId[] = []
    for (const shard of [...this.#shards].sort()) {
      if (ids.length >= limit) break
      if (shard < first) continue
      for (const id of this.#idsIn(shard)) if (shard > first || id > last) ids.push(id)
    }
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

  #create(id: BlockId, block: Uint8Array): void {
    try {
      writeFileSync(this.#unfinished, block, { mode: OWNER_ONLY_FILE })
      this.#makeShard(shardOf(id))
      renameSync(this.#unfinished, this.#path(id))
    } catch (error) {
      rmSync(this.#unfinished, { force: true })
      throw error
    }
  }

  /** After it has its name, so that this is flushed with it. */
  #flush(id: BlockId): void {
    const path = this.#path(id)
    try {
      flush(path)
    } catch (error) {
      // It would read as whole as long as the system has it in memory.
      rmSync(path, { force: true })
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

function shardsIn(folder: string): Set<string> {
  const entries = readdirSync(folder, { withFileTypes: true })
  return new Set(entries.filter((entry) => entry.isDirectory() && SHARD.test(entry.name)).map(({ name }) => name))
}

function shardOf(id: string): string {
  return id.slice(-SHARD_CHARACTERS - 1, -1)
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

function flush(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
