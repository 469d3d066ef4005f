/** The file `api.json` in a data folder, by which the user's other programs find the running node. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeOwnFile } from './own-file.ts'

export interface ApiFile {
  url: string
  /** Bearer token, base64url. */
  token: string
  /** The process that serves the API. */
  pid: number
  startedAtMs: number
  /** The data folder's device and inode, which a copy of it does not share: see `idOfFolder`. */
  folder: string
}

/** Writes the file atomically, readable by its owner only. Throws a KithError `disk-full`. */
export function writeApiFile(dataDir: string, api: Omit<ApiFile, 'folder'>): void {
  const content: ApiFile = { ...api, folder: idOfFolder(dataDir) }
  writeOwnFile(pathIn(dataDir), content)
}

/**
 * The file's content; undefined if the file is missing or damaged, if its process is gone, or if it was
 * copied here with another folder, whose node is not this one's.
 */
export function readApiFile(dataDir: string): ApiFile | undefined {
  let content: unknown
  let folder: string
  try {
    content = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
    folder = idOfFolder(dataDir)
  } catch {
    return undefined
  }
  return isApiFile(content) && content.folder === folder && isRunning(content.pid) ? content : undefined
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
  const { url, token, pid, folder } = value as Record<string, unknown>
  const isWhole = typeof token === 'string' && Number.isSafeInteger(pid) && typeof folder === 'string'
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
