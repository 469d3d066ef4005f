/** The cases, each of which is a file in `cases/`, named like it. */
import { readdirSync } from 'node:fs'
import type { Measure } from './bench.ts'

const FOLDER = new URL('./cases/', import.meta.url)
const EXTENSION = '.ts'

export function caseNames(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(EXTENSION))
  return files.map((file) => file.slice(0, -EXTENSION.length)).toSorted()
}

export async function loadCase(name: string): Promise<Measure> {
  const { measure } = (await import(new URL(`${name}${EXTENSION}`, FOLDER).href)) as { measure: Measure }
  return measure
}
