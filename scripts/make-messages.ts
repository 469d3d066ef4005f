/**
 * Writes each protocol's messages.ts from its messages.proto. With `--check` it writes nothing, and fails
 * if a file is out of date.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generate } from 'protons'
import { writeGenerated } from './generated-file.ts'

const sources = globSync('protocols/*/messages.proto').toSorted()
if (sources.length === 0)
  throw new Error('no protocols/*/messages.proto here; run this through npm, in the project folder')

/** The code that protons writes for a .proto file. */
async function generatedCode(source: string): Promise<string> {
  const output = mkdtempSync(join(tmpdir(), 'kith-generate-'))
  try {
    await generate(source, { output, strict: true })
    return readFileSync(join(output, 'messages.ts'), 'utf8')
  } finally {
    rmSync(output, { recursive: true })
  }
}

for (const source of sources) {
  const target = join(dirname(source), 'messages.ts')
  writeGenerated(target, await generatedCode(source), source)
}
