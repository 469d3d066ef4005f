/**
 * Checks what a user wants to add before any of it is read: it must consist of files and folders that
 * every node can save, and not of too many. Also finds its total size.
 */
import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { KithError } from '../kith.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../protocols/file/constants.ts'
import { diskErrorOf } from './disk-errors.ts'
import { checkFileName } from './file-name.ts'

/** A file as it was when it was scanned. */
export interface DiskFile {
  type: 'file'
  path: string
  name: string
  sizeBytes: number
  modifiedAtMs: number
}

/** A folder as it was when it was scanned. */
export interface DiskFolder {
  type: 'folder'
  path: string
  name: string
  /** Of all files in it, at any depth. */
  sizeBytes: number
  /** Sorted by name. */
  entries: DiskEntry[]
}

/** A file or folder on the disk. */
export type DiskEntry = DiskFile | DiskFolder

/**
 * Lists the file or folder at an absolute path, including hidden files; `name` replaces its own name. Throws a KithError
 * `bad-path` (missing, unreadable, a symbolic link, or neither a file nor a folder), `bad-name` or `too-large`, or the
 * signal's reason.
 */
export async function scanPath(path: string, name: string, signal: AbortSignal | undefined): Promise<DiskEntry> {
  let seen = 0

  async function scan(at: string, called: string, depth: number): Promise<DiskEntry> {
    signal?.throwIfAborted()
    checkFileName(called)
    const stats = await reading(at, () => lstat(at))
    if (stats.isFile()) {
      return { type: 'file', path: at, name: called, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs }
    }
    if (!stats.isDirectory()) throw new KithError('bad-path', `${at} is ${kindOf(stats)}, not a file or a folder`)
    if (depth > MAX_FOLDER_DEPTH) {
      throw new KithError(
        'too-large',
        `${path} has folders nested more than ${MAX_FOLDER_DEPTH} deep: add an archive of it`,
      )
    }
    const entries: DiskEntry[] = []
    for (const entry of await names(at)) entries.push(await scan(join(at, entry), entry, depth + 1))
    const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
    return { type: 'folder', path: at, name: called, sizeBytes, entries }
  }

  async function names(folder: string): Promise<string[]> {
    const found: string[] = []
    await reading(folder, async () => {
      for await (const entry of await opendir(folder)) {
        found.push(entry.name)
        if (++seen > MAX_FOLDER_ENTRIES) {
          throw new KithError(
            'too-large',
            `${path} contains more than ${MAX_FOLDER_ENTRIES} files and folders: add its parts one by one, or an archive of it`,
          )
        }
      }
    })
    return found.sort()
  }

  return scan(path, name, 0)
}

/** Runs `work`, which reads a path. Errors of the system are thrown as KithErrors. */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskErrorOf(error, 'read', path)
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isSocket()) return 'a socket'
  if (stats.isFIFO()) return 'a named pipe'
  return 'a device'
}
