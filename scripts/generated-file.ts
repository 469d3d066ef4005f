/** Writes files that are generated, or with `--check` only compares them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const isCheck = process.argv.includes('--check')

/** Writes a generated file, or reports that it is out of date; `source` names its source. */
export function writeGenerated(path: string, content: string, source: string): void {
  if (readIfThere(path) === content) return
  if (isCheck) {
    console.error(`${path} is not what ${source} gives: run npm run generate`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    console.log(`wrote ${path}`)
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
