/**
 * How much disk a message takes, once a node with a history has ended, beyond what a node takes without one: Kith keeps
 * 8 MiB for the moment when the disk is full.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { IN_FLIGHT } from '../history.ts'
import type { Row } from '../row.ts'
import { MESSAGE_BYTES } from '../talk.ts'
import { inTurnsAt } from '../turns.ts'

const SIZES = [10_000]
const PER_COMMIT = 256

export async function measure(bench: Bench): Promise<Row[]> {
  const { processes } = bench
  return inTurnsAt(bench, SIZES, (n) => ({
    n,
    figures: [{ name: 'disk', unit: 'bytes/document' }],
    async system(system) {
      const worker = processes.forkSystem(system)
      const folder = processes.folder()
      await worker.call.start(folder)
      const room = await worker.call.create()
      const emptyBytes = sizeBytes(folder)
      await worker.call.write(room, n, IN_FLIGHT)
      await worker.end()
      return [(sizeBytes(folder) - emptyBytes) / n]
    },
    floor: {
      name: 'SQLite rows',
      async run() {
        const floor = processes.forkFloor()
        const folder = processes.folder()
        await floor.call.signAndStore(join(folder, 'floor.db'), n, MESSAGE_BYTES, PER_COMMIT)
        await floor.end()
        return [sizeBytes(folder) / n]
      },
    },
  }))
}

/** The space that the files in a folder need. */
function sizeBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + fileBytes(join(parentPath, name)), 0)
}

/**
 * A file occupies less than its length where it has holes, and more where a system has reserved space for what is still
 * to come. Nothing if it is gone: a system that runs may be replacing its files.
 */
function fileBytes(path: string): number {
  const { size, blocks } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0, blocks: 0 }
  return Math.min(size, blocks * BLOCK_BYTES)
}

/** The unit of `blocks`, whatever the file system's own. https://man7.org/linux/man-pages/man3/stat.3type.html */
const BLOCK_BYTES = 512
