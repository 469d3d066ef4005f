/** The file `page.json` in a data folder: where the page was served, and which browsers are logged in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeOwnFile } from './own-file.ts'

export interface PageFile {
  /** Of the last start: the address is what a browser knows the page by. */
  port?: number
  /** SHA-256 of the secrets of a browser, in hex, and when it was here last. */
  sessions: { hash: string; usedMs: number }[]
}

/** The file's content; of a missing or damaged one nothing, so that browsers have to log in again. */
export function readPageFile(dataDir: string): PageFile {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
  } catch {
    return { sessions: [] }
  }
  return isPageFile(content) ? content : { sessions: [] }
}

/** Writes the file atomically, readable by its owner only. Throws a KithError `disk-full`. */
export function writePageFile(dataDir: string, content: PageFile): void {
  writeOwnFile(pathIn(dataDir), content)
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'page.json')
}

function isPageFile(value: unknown): value is PageFile {
  if (typeof value !== 'object' || value === null) return false
  const { port, sessions } = value as Record<string, unknown>
  if (port !== undefined && !(Number.isSafeInteger(port) && Number(port) > 0 && Number(port) < 65_536)) return false
  return Array.isArray(sessions) && sessions.every(isSession)
}

function isSession(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { hash, usedMs } = value as Record<string, unknown>
  return typeof hash === 'string' && Number.isSafeInteger(usedMs)
}
