/**
 * Writes the test vectors of all protocols, from fixed seeds. With `--check` it writes nothing and
 * fails if a file is not what it would write.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { batchSyncFrames } from './vectors/batch-sync.ts'
import { blockLinks } from './vectors/block-links.ts'
import { ensureMapFrames } from './vectors/ensure-map.ts'
import { invalidDocuments } from './vectors/invalid-documents.ts'
import { ranges } from './vectors/ranges.ts'
import { roomStateFrames } from './vectors/room-state.ts'
import { signatures, validDocuments } from './vectors/valid-documents.ts'
import { blockIds, frames, ids, roomKeys } from './vectors/wire.ts'

const ROOT = join(import.meta.dirname, '..')

const files: Record<string, unknown> = {
  'protocols/document/vectors/valid.json': validDocuments,
  'protocols/document/vectors/invalid.json': invalidDocuments,
  'protocols/document/vectors/signatures.json': signatures,
  'protocols/wire/vectors/room-keys.json': roomKeys,
  'protocols/wire/vectors/ids.json': ids,
  'protocols/wire/vectors/block-ids.json': blockIds,
  'protocols/wire/vectors/frames.json': frames,
  'protocols/room-state/vectors/frames.json': roomStateFrames,
  'protocols/batch-sync/vectors/frames.json': batchSyncFrames,
  'protocols/batch-sync/vectors/ranges.json': ranges,
  'protocols/ensure-map/vectors/frames.json': ensureMapFrames,
  'protocols/ensure-map/vectors/links.json': blockLinks,
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const check = process.argv.includes('--check')
for (const [name, content] of Object.entries(files)) {
  const path = join(ROOT, name)
  const text = `${JSON.stringify(content, null, 2)}\n`
  if (readIfThere(path) === text) continue
  if (check) {
    console.error(`${name} is not what scripts/make-vectors.ts gives: run node scripts/make-vectors.ts`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    console.log(`wrote ${name}`)
  }
}
