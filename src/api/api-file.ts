/** The file `api.json` in a data folder, by which the user's other programs find the running node. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ApiFile {
  url: string
  /** Bearer token, base64url. */
  token: string
  /** The process that serves the API. */
  pid: number
  startedAtMs: number
}

/** Writes the file atomically, readable by its owner only. */
export function writeApiFile(dataDir: string, content: ApiFile): void {
  const temporary = `${pathIn(dataDir)}.${content.pid}`
  // A leftover of a killed process may have other permissions, and `mode` only counts for new files.
  rmSync(temporary, { force: true })
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(temporary, pathIn(dataDir))
}

/** The file's content; undefined if the file is missing or damaged, or if its process is gone. */
export function readApiFile(dataDir: string): ApiFile | undefined {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
  } catch {
    return undefined
  }
  return isApiFile(content) && isRunning(content.pid) ? content : undefined
}

/** Removes the file, unless another node has replaced it. */
export function removeApiFile(dataDir: string, token: string): void {
  if (readApiFile(dataDir)?.token === token) rmSync(pathIn(dataDir), { force: true })
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'api.json')
}

function isApiFile(value: unknown): value is ApiFile {
  if (typeof value !== 'object' || value === null) return false
  const { url, token, pid } = value as Record<string, unknown>
  return typeof url === 'string' && URL.canParse(url) && typeof token === 'string' && Number.isSafeInteger(pid)
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
