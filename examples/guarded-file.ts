/**
 * Writes a file only with a fence that is not lower than one before, so that a program that was suspended, and wakes up
 * when another one has the lock, changes nothing:
 *
 *     kith lock run Workshop press -- node examples/guarded-file.ts plan.json 'cut at noon'
 *
 * The file is JSON with the fence and the text. Without Kith, KITH_FENCE may come from anything that counts up.
 */
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs'

const [path, text] = process.argv.slice(2)
const fence = Number(process.env['KITH_FENCE'])
if (path === undefined || text === undefined || !Number.isSafeInteger(fence)) {
  console.error('Usage: kith lock run ROOM LOCK -- node guarded-file.ts FILE TEXT')
  process.exit(2)
}

// Two that run on this machine at the same moment: to look and to write has to be one step.
const step = `${path}.step`
mkdirSync(step)
try {
  const before = lastFence(path)
  if (fence < before) {
    console.error(`Refused: the file has been written with the fence ${before}, and this is ${fence}.`)
    process.exitCode = 1
  } else {
    writeFileSync(`${path}.new`, JSON.stringify({ fence, text }))
    renameSync(`${path}.new`, path)
  }
} finally {
  rmdirSync(step)
}

function lastFence(file: string): number {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { fence: number }).fence
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
