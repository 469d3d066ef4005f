/**
 * Records in the data folder of the parts that are being written, so that the next start of the node finds those
 * that a kill or a power cut left in its user's folders. A record is a file with the name of the part. It holds the
 * part's path, and its own device and inode, by which a record that came with a copy of the data folder shows.
 */
import type { BigIntStats } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { diskErrorOf, hasCode } from './disk-errors.ts'
import { removePart, writerOf } from './part.ts'

/** Paths are their user's own business. */
const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/** How long the folder of a part may be away. Later, it was moved or deleted rather than unplugged. */
export const MAX_RECORD_AGE_MS = 90 * 24 * 60 * 60 * 1000

interface PartRecord {
  part: string
  /** See `idOf`. */
  self: string
  /** The same of the folder that the part is in. */
  folder: string
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
      const folder = await stat(dirname(part), { bigint: true }).then(idOf, () => '') // what writes the part says why
      const content: PartRecord = { part, self: idOf(await file.stat({ bigint: true })), folder }
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

  /**
   * Removes the parts that processes which have ended left behind, as far as possible; `nowMs` is the time since 1970.
   * Never throws.
   */
  async removeLeftovers(nowMs: number): Promise<void> {
    if (this.#folder === undefined) return
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) await this.#removeLeftover(name, this.#folder, nowMs)
  }

  async #removeLeftover(name: string, folder: string, nowMs: number): Promise<void> {
    const writer = writerOf(name)
    if (writer === 'this') return
    const { record, isCopy } = await readRecord(join(folder, name))
    // The node of the original folder is writing it. In a folder of our own, another program has that process id now.
    if (writer === 'another' && isCopy) return
    const isOurs = writer !== undefined && record !== undefined && basename(record.part) === name
    if (!isOurs || (await removeIfOurs(record))) await this.delete(name)
    else if (await isOld(join(folder, name), nowMs)) await this.delete(name)
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
  const { part, self, folder } = value as Record<string, unknown>
  return typeof part === 'string' && isAbsolute(part) && typeof self === 'string' && typeof folder === 'string'
}

/** Device and inode, which a copy of a file does not share. */
function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`
}

/** Whether nothing of ours is left at the path of a part. False: it may be another time. */
async function removeIfOurs({ part, folder }: PartRecord): Promise<boolean> {
  try {
    const stats = await lstat(part)
    // We make files and folders only.
    return stats.isFile() || stats.isDirectory() ? await removePart(part) : true
  } catch (error) {
    // On a stick that is not plugged in, the part is still there.
    return hasCode(error, 'ENOENT', 'ENOTDIR') && (await isAt(dirname(part), folder))
  }
}

async function isAt(path: string, id: string): Promise<boolean> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined) // a folder that is away
  return stats !== undefined && idOf(stats) === id
}

async function isOld(record: string, nowMs: number): Promise<boolean> {
  const stats = await stat(record).catch(() => undefined)
  return stats !== undefined && nowMs - stats.mtimeMs > MAX_RECORD_AGE_MS
}
