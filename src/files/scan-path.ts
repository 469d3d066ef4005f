/**
 * Checks what a user wants to add before any of it is read: it must consist of files and folders that
 * every node can save, and not of too many. Also finds its total size.
 */
import { constants, type Stats } from 'node:fs'
import { access, lstat, opendir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../protocols/file/constants.ts'
import { diskErrorOf } from './disk-errors.ts'
import { checkFileName, fileNameProblem, foldedName, quoteName } from './file-name.ts'
import { Offenders } from './offenders.ts'

/** What Node has in place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd'

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
 * `bad-path` (missing, unreadable, a symbolic link, or neither a file nor a folder) or `bad-name` (invalid, or two names
 * in a folder that are one on some systems), which lists all that is wrong, or `too-large`, or the signal's reason.
 */
export async function scanPath(path: string, name: string, signal: AbortSignal | undefined): Promise<DiskEntry> {
  // The root of the disk: nobody waits for all of it to be listed.
  if (name === '') checkFileName(name)
  const offenders = new Offenders()
  let seen = 0
  let isTooDeep = false

  /** Undefined for an offender. */
  async function scan(at: string, called: string, depth: number): Promise<DiskEntry | undefined> {
    signal?.throwIfAborted()
    const stats = await examine(at, called, depth)
    if (stats === undefined) return undefined
    if (stats.isFile()) {
      return { type: 'file', path: at, name: called, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs }
    }
    if (depth > MAX_FOLDER_DEPTH) {
      // Said once, beside what else is wrong.
      if (!isTooDeep) offenders.add(tooDeep(path))
      isTooDeep = true
      return undefined
    }
    const entries: DiskEntry[] = []
    for (const entry of (await offenders.collect(() => names(at))) ?? []) {
      const scanned = await scan(join(at, entry), entry, depth + 1)
      if (scanned !== undefined) entries.push(scanned)
    }
    const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
    return { type: 'folder', path: at, name: called, sizeBytes, entries }
  }

  /** What is at a path, whatever its name. Undefined if that cannot be added. */
  async function examine(at: string, called: string, depth: number): Promise<Stats | undefined> {
    const folder = depth === 0 ? undefined : dirname(at)
    await offenders.collect(() => checkFileName(called, folder))
    // It stands for bytes that are not text, by which nothing can be found.
    if (called.includes(REPLACEMENT)) return undefined
    // What is not there, such as a pattern that matched nothing, has no name to complain of.
    return depth === 0 ? statsOf(at) : offenders.collect(() => statsOf(at))
  }

  /** The names in a folder, sorted. */
  async function names(folder: string): Promise<string[]> {
    const found: string[] = []
    await reading(folder, async () => {
      for await (const entry of await opendir(folder)) {
        found.push(entry.name)
        if (++seen > MAX_FOLDER_ENTRIES) {
          throw new KithError(
            'too-large',
            `${path} contains more than ${grouped(MAX_FOLDER_ENTRIES)} files and folders: add its parts one by one, or an archive of it`,
          )
        }
      }
    })
    found.sort()
    for (const twins of twinsOf(found)) offenders.add(twinError(twins, folder))
    return found
  }

  const root = await scan(path, name, 0)
  offenders.check(path)
  if (root === undefined) throw new TypeError('what cannot be added is an offender')
  return root
}

/** Runs `work`, which reads a path. Errors of the system are thrown as KithErrors. */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskErrorOf(error, 'read', path)
  }
}

/** What is at a path. Throws a KithError `bad-path` unless it is a file that can be read, or a folder. */
async function statsOf(path: string): Promise<Stats> {
  const stats = await reading(path, () => lstat(path))
  if (stats.isFile()) await reading(path, () => access(path, constants.R_OK))
  else if (!stats.isDirectory()) throw new KithError('bad-path', `${path} is ${kindOf(stats)}, not a file or a folder`)
  return stats
}

/** Names in a folder that are one name on some systems, each with the first of them. */
export function twinsOf(names: readonly string[]): [first: string, other: string][] {
  const firsts = new Map<string, string>()
  const twins: [string, string][] = []
  // Others are offenders by themselves; different bytes that are not text are even shown as the same name.
  for (const name of names.filter((each) => fileNameProblem(each) === undefined)) {
    const folded = foldedName(name)
    const first = firsts.get(folded)
    if (first === undefined) firsts.set(folded, name)
    else twins.push([first, name])
  }
  return twins
}

export function twinError([first, other]: [string, string], folder: string): KithError {
  return new KithError(
    'bad-name',
    `the names ${quoteName(first)} and ${quoteName(other)} in ${folder} are one name on macOS or Windows, as nothing but case or the encoding of accents tells them apart: rename one`,
  )
}

export function tooDeep(what: string): KithError {
  return new KithError(
    'too-large',
    `${what} has folders nested more than ${MAX_FOLDER_DEPTH} deep: add an archive of it`,
  )
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isSocket()) return 'a socket'
  if (stats.isFIFO()) return 'a named pipe'
  return 'a device'
}
