/**
 * Writes each protocol's messages.ts from the messages.proto beside it. With `--check` it writes
 * nothing and fails if a file is not what it would write.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generate } from 'protons'

const check = process.argv.includes('--check')
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

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

for (const source of sources) {
  const target = join(dirname(source), 'messages.ts')
  const code = await generatedCode(source)
  if (readIfThere(target) === code) continue
  if (check) {
    console.error(`${target} is not what ${source} gives: run npm run generate`)
    process.exitCode = 1
  } else {
    writeFileSync(target, code)
    console.log(`wrote ${target}`)
  }
}
