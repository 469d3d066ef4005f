/** A note in a data folder that documents and files of all rooms are sealed in it, not only what private rooms need. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, replaceFile } from '../host/durable-file.ts'
import type { KeyInfo } from '../kith.ts'

const NOTE_FILE = 'sealed'

/** `unfinished`: what is new is sealed, but some of what was there before may lie open. */
type Note = Exclude<KeyInfo['sealed'], 'private-rooms'>

const TEXTS: Readonly<Record<Note, string>> = {
  all: 'Documents and files of all rooms are sealed in this folder.\n',
  unfinished: 'Documents and files of all rooms are being sealed in this folder.\n',
}

export async function sealedIn(dataDir: string): Promise<KeyInfo['sealed']> {
  const text = (await readIfPresent(join(dataDir, NOTE_FILE)))?.toString('utf8')
  if (text === undefined) return 'private-rooms'
  return text === TEXTS.all ? 'all' : 'unfinished'
}

export async function noteSealed(dataDir: string, note: Note): Promise<void> {
  await replaceFile(join(dataDir, NOTE_FILE), Buffer.from(TEXTS[note]))
}

export async function forgetSealed(dataDir: string): Promise<void> {
  await rm(join(dataDir, NOTE_FILE), { force: true })
}
