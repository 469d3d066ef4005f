/**
 * Writes each protocol's messages.ts from its messages.proto: the code of protons, and the form of the first message,
 * which is the frame. With `--check` it writes nothing, and fails
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

/** What protons imports for fields of bytes that are absent, and what is imported instead. */
const ALLOC_IMPORT = "import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'"
const NO_BYTES_IMPORT = "import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'"

/** The code that protons writes for a .proto file. */
async function generatedCode(source: string): Promise<string> {
  const output = mkdtempSync(join(tmpdir(), 'kith-generate-'))
  try {
    await generate(source, { output, strict: true })
    return readFileSync(join(output, 'messages.ts'), 'utf8').replace(ALLOC_IMPORT, NO_BYTES_IMPORT)
  } finally {
    rmSync(output, { recursive: true })
  }
}

/** The first message of a .proto file, in the terms of protocols/wire/form.ts. */
function formCode(source: string): string {
  const messages = [...readFileSync(source, 'utf8').matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)]
  const bodies = new Map(messages.map(([, name = '', body = '']) => [name, body]))
  const formOf = (type: string): unknown => {
    const body = bodies.get(type)
    if (body === undefined) return type
    const fields = [...body.matchAll(/^ *(?:repeated |optional )?(\w+) \w+ = (\d+)/gm)]
    return Object.fromEntries(fields.map(([, fieldType = '', number = '']) => [number, formOf(fieldType)]))
  }
  const [frame = ''] = bodies.keys()
  return `\nexport const ${frame}Form = ${JSON.stringify(formOf(frame), null, 2)} as const\n`
}

for (const source of sources) {
  const target = join(dirname(source), 'messages.ts')
  writeGenerated(target, (await generatedCode(source)) + formCode(source), source)
}
