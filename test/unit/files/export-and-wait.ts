/** A process that saves a file to a given path, says so when half of it is written, and goes no further. */
import { exportDag } from '../../../src/files/export-path.ts'
import { PartRecords } from '../../../src/files/part-records.ts'
import { MemoryBlocks } from './memory-blocks.ts'

/** The last one is the folder for records of parts, if there are any. */
const [path = '', type, saving] = process.argv.slice(2)
const blocks = new MemoryBlocks()
const file = blocks.file([
  [blocks.raw('half'), 4],
  [blocks.raw('rest'), 4],
])
const id = type === 'folder' ? blocks.folder([['file', file]]) : file
// Something to wait for, since a promise alone does not keep a process running.
setInterval(() => {}, 1_000_000)
const source = {
  async get(part: typeof id): Promise<Uint8Array> {
    const block = blocks.get(part)
    if (!Buffer.from(block).equals(Buffer.from('rest'))) return block
    process.stdout.write('half\n')
    return new Promise(() => {})
  },
}
await exportDag(id, source, path, { parts: new PartRecords(saving) })
