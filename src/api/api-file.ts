/** The file `api.json` in a data folder, by which the user's other programs find the running node. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeOwnFile } from './own-file.ts'

export interface ApiFile {
  url: string
  /** Bearer token, base64url. */
  token: string
  /** The process that serves the API. */
  pid: number
  startedAtMs: number
  /** Absolute path of the data folder. */
  dataDir: string
  /** The data folder's device and inode, which a copy of it does not share: see `idOfFolder`. */
  folder: string
}

/** Writes the file atomically, readable by its owner only. Throws a KithError `disk-full`. */
export function writeApiFile(dataDir: string, api: Omit<ApiFile, 'dataDir' | 'folder'>): void {
  const content: ApiFile = { ...api, dataDir: resolve(dataDir), folder: idOfFolder(dataDir) }
  writeOwnFile(pathIn(dataDir), content)
}

/**
 * The file's content; undefined if the file is missing or damaged, if its process is gone, or if it was
 * copied here with another folder, whose node is not this one's.
 */
export function readApiFile(dataDir: string): ApiFile | undefined {
  const read = readIn(dataDir)
  return read?.isOwn === true ? read.content : undefined
}

/** The content of a file that was copied here with another folder, whose process is running, on this machine at least. */
export function readCopiedApiFile(dataDir: string): ApiFile | undefined {
  const read = readIn(dataDir)
  return read?.isOwn === false ? read.content : undefined
}

function readIn(dataDir: string): { content: ApiFile; isOwn: boolean } | undefined {
  let content: unknown
  let folder: string
  try {
    content = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
    folder = idOfFolder(dataDir)
  } catch {
    return undefined
  }
  if (!isApiFile(content) || !isRunning(content.pid)) return undefined
  return { content, isOwn: content.folder === folder }
}

/** Removes the file, unless another node has replaced it. */
export function removeApiFile(dataDir: string, token: string): void {
  if (readApiFile(dataDir)?.token === token) rmSync(pathIn(dataDir), { force: true })
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'api.json')
}

/** Identifies a folder by what stays when it is moved, or reached by another path. */
function idOfFolder(path: string): string {
  // Bigint, as inodes may be larger than safe integers.
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev}:${ino}`
}

function isApiFile(value: unknown): value is ApiFile {
  if (typeof value !== 'object' || value === null) return false
  const { url, token, pid, dataDir, folder } = value as Record<string, unknown>
  const isWhole = [token, dataDir, folder].every((each) => typeof each === 'string') && Number.isSafeInteger(pid)
  return isWhole && typeof url === 'string' && URL.canParse(url)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
