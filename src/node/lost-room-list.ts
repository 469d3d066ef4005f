/**
 * A note in the data folder that the list of its rooms (`kith.db-rooms`) was lost. A start makes a new list from the
 * database, which is whole; but what the old one said is gone, and that is told until nothing waits for it any more.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeNewFile } from '../host/durable-file.ts'

const NOTE_FILE = 'kith.db-rooms-lost'
const NOTE =
  'kith.db-rooms was missing or damaged. This is removed once the node can write in all of its rooms again.\n'

export async function noteRoomListLost(dataDir: string): Promise<void> {
  await writeNewFile(join(dataDir, NOTE_FILE), Buffer.from(NOTE))
}

export function isRoomListLost(dataDir: string): boolean {
  return existsSync(join(dataDir, NOTE_FILE))
}

export function forgetRoomListLost(dataDir: string): void {
  rmSync(join(dataDir, NOTE_FILE), { force: true })
}
