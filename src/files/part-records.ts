/**
 * Records in the data folder of the parts that are being written, so that the next start of the node finds those
 * that a kill or a power cut left in its user's folders. A record is a file with the name of the part. It holds the
 * part's path, and its own device and inode, by which a record that came with a copy of the data folder shows.
 */
import type { BigIntStats } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { diskErrorOf, hasCode } from './disk-errors.ts'
import { removePart, writerOf } from './part.ts'

/** Paths are their user's own business. */
const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

interface PartRecord {
  part: string
  /** See `idOf`. */
  self: string
}

/** Written and read by the node that has locked the data folder. */
export class PartRecords {
  readonly #folder: string | undefined

  /** Keeps the records in a folder, which is made when it is needed. Undefined: there are none, as nothing is kept. */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** Records durably that a part is about to be written. Throws a KithError `bad-path`, `disk-full` or `disk-error`. */
  async add(part: string): Promise<void> {
    if (this.#folder === undefined) return
    const record = join(this.#folder, basename(part))
    try {
      await mkdir(this.#folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
      await using file = await open(record, 'wx', OWNER_ONLY_FILE)
      const content: PartRecord = { part, self: idOf(await file.stat({ bigint: true })) }
      await file.writeFile(JSON.stringify(content))
      await file.sync()
    } catch (error) {
      throw diskErrorOf(error, 'write', record)
    }
  }

  /** Forgets a part that is gone, if possible: otherwise the next start does. */
  async delete(part: string): Promise<void> {
    if (this.#folder === undefined) return
    await rm(join(this.#folder, basename(part)), { force: true }).catch(() => undefined)
  }

  /** Removes the parts that processes which have ended left behind, as far as possible. Never throws. */
  async removeLeftovers(): Promise<void> {
    if (this.#folder === undefined) return
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) await this.#removeLeftover(name, this.#folder)
  }

  async #removeLeftover(name: string, folder: string): Promise<void> {
    const writer = writerOf(name)
    if (writer === 'this') return
    const { record, isCopy } = await readRecord(join(folder, name))
    // The node of the original folder is writing it. In a folder of our own, another program has that process id now.
    if (writer === 'another' && isCopy) return
    const isOurs = writer !== undefined && record !== undefined && basename(record.part) === name
    if (!isOurs || (await removeIfOurs(record.part))) await this.delete(name)
  }
}

/** A record, if it is whole, and whether it was copied here. */
async function readRecord(path: string): Promise<{ record?: PartRecord; isCopy: boolean }> {
  try {
    const record: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (!isRecord(record)) return { isCopy: false }
    return { record, isCopy: record.self !== idOf(await stat(path, { bigint: true })) }
  } catch {
    return { isCopy: false } // killed before it was whole, and so before there was a part
  }
}

function isRecord(value: unknown): value is PartRecord {
  if (typeof value !== 'object' || value === null) return false
  const { part, self } = value as Record<string, unknown>
  return typeof part === 'string' && isAbsolute(part) && typeof self === 'string'
}

/** Device and inode, which a copy of a file does not share. */
function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`
}

/** Whether nothing of ours is left at the path of a part. False: it may be another time. */
async function removeIfOurs(part: string): Promise<boolean> {
  try {
    const stats = await lstat(part)
    // We make files and folders only.
    return stats.isFile() || stats.isDirectory() ? await removePart(part) : true
  } catch (error) {
    return hasCode(error, 'ENOENT', 'ENOTDIR')
  }
}
