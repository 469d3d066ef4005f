/**
 * Free space of a database from before may have what was sealed since, or was deleted before that: what SQLite lets go of
 * stays in the file until something else takes its place. Such a database is written anew, once.
 */
import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { DatabaseSync } from 'node:sqlite'

/** As this module: run from its source, or built. */
const THREAD = new URL(`traces-thread${import.meta.url.slice(-3)}`, import.meta.url)

/** The file is written anew beside itself, and then goes through its log. */
const COPIES = 2
/** What a node needs meanwhile, and other programs. */
const SPARE_BYTES = 64 * 1024 * 1024

export function hasTraces(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM traces').get() !== undefined
}

/**
 * Writes the database at `path` anew, which nobody may have open, in a thread: a large one takes a while. Where there is no
 * space for that, or it fails for another reason, the file stays as it is, and the next start tries again. `freeBytesOf`:
 * how much may be written beside a file.
 */
export async function eraseTraces(path: string, freeBytesOf = freeBytesBeside): Promise<void> {
  if (freeBytesOf(path) < COPIES * statSync(path).size + SPARE_BYTES) return
  const worker = new Worker(THREAD, { workerData: { path } })
  await new Promise<void>((resolve) => {
    worker.once('error', () => resolve())
    worker.once('exit', () => resolve())
  })
}

function freeBytesBeside(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize
}
