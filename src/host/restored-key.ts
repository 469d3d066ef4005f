/**
 * A note in the data folder that its key came from a backup. Such a node may have written in rooms of which nothing is
 * here: it writes there only once it has seen what it wrote.
 */
import { join } from 'node:path'
import { readIfPresent, writeNewFile } from './durable-file.ts'

const NOTE_FILE = 'identity.restored'
const NOTE =
  'The key of this node was restored from a backup. In rooms that it joins it writes once it has caught up.\n'

/** To be called before the key is written: it must not be used without the note. */
export async function noteRestored(dataDir: string): Promise<void> {
  await writeNewFile(join(dataDir, NOTE_FILE), Buffer.from(NOTE))
}

export async function isRestored(dataDir: string): Promise<boolean> {
  return (await readIfPresent(join(dataDir, NOTE_FILE))) !== undefined
}
