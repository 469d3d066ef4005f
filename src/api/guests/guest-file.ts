/** The file `guests.json` in a data folder: who may use the node in a browser, and the links by which others can come in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isGuestName } from '../../guest-name.ts'
import { writeOwnFile } from '../own-file.ts'
import type { GuestRight } from './guest-calls.ts'

/** What somebody may do. */
export interface StoredRights {
  /** By the id of the room. */
  rooms: Record<string, GuestRight>
  maxFileBytes: number
}

export interface StoredGuest extends StoredRights {
  id: string
  name: string
  /** SHA-256 of the secrets of its browser, in hex. */
  hash: string
  address: string
  enteredMs: number
  usedMs: number
}

export interface StoredLink extends StoredRights {
  id: string
  /** SHA-256 of its secret, in hex. */
  hash: string
  usesLeft: number
  expiresMs: number
}

export interface GuestFile {
  /** Makes the names by which guests know rooms, whose ids they do not learn. */
  secret: string
  guests: StoredGuest[]
  links: StoredLink[]
}

/** The file's content; undefined if it is missing or damaged, so that nobody is a guest any more. */
export function readGuestFile(dataDir: string): GuestFile | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
    return isGuestFile(content) ? content : undefined
  } catch {
    return undefined
  }
}

/** Writes the file atomically, readable by its owner only. Throws a KithError `disk-full`. */
export function writeGuestFile(dataDir: string, content: GuestFile): void {
  writeOwnFile(pathIn(dataDir), content)
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'guests.json')
}

function isGuestFile(value: unknown): value is GuestFile {
  if (!isObject(value) || typeof value['secret'] !== 'string') return false
  const { guests, links } = value
  return Array.isArray(guests) && guests.every(isGuest) && Array.isArray(links) && links.every(isLink)
}

function isGuest(value: unknown): boolean {
  if (!hasRights(value) || !isGuestName(value['name'])) return false
  return areTexts(value, 'id', 'hash', 'address') && areNumbers(value, 'enteredMs', 'usedMs')
}

function isLink(value: unknown): boolean {
  return hasRights(value) && areTexts(value, 'id', 'hash') && areNumbers(value, 'usesLeft', 'expiresMs')
}

function hasRights(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || !isObject(value['rooms']) || !areNumbers(value, 'maxFileBytes')) return false
  return Object.values(value['rooms']).every((right) => right === 'read' || right === 'write')
}

function areTexts(value: Record<string, unknown>, ...keys: string[]): boolean {
  return keys.every((key) => typeof value[key] === 'string')
}

function areNumbers(value: Record<string, unknown>, ...keys: string[]): boolean {
  return keys.every((key) => Number.isSafeInteger(value[key]) && Number(value[key]) >= 0)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
