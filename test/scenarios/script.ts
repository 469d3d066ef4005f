/**
 * Scenario files: the inputs of a machine and all its effects, as text that people can read (after
 * etcd/raft's data-driven tests). A file is a title and comments (`#`), then steps: a few inputs, one
 * per line, `----`, the expected effects, one per line, and an empty line.
 * KITH_REWRITE=1 writes the actual effects into the file; read the diff before keeping it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'

export interface Driver {
  /** Gives one input to the machine and describes its effects, one per line. */
  run(input: string): string[]
}

interface Step {
  comment: string[]
  inputs: string[]
  expected: string[]
}

const SEPARATOR = '----'
const NOTHING = '(nothing)'

/** One test per scenario file of a folder, each with a driver of its own. */
export function scenarios(folder: URL, createDriver: () => Driver): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  test.each(names)('%s', (name) => {
    const path = new URL(`./${name}`, folder)
    const steps = parse(readFileSync(path, 'utf8'))
    const driver = createDriver()
    const actual = steps.map((step) => ({ ...step, expected: step.inputs.flatMap((input) => driver.run(input)) }))
    if (process.env['KITH_REWRITE'] === '1') writeFileSync(path, format(actual))
    expect(format(actual)).toBe(readFileSync(path, 'utf8'))
  })
}

function parse(text: string): Step[] {
  return text
    .split(/\n\n+/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const comment = lines.filter((line) => line.startsWith('#'))
      const rest = lines.filter((line) => !line.startsWith('#'))
      const end = rest.includes(SEPARATOR) ? rest.indexOf(SEPARATOR) : rest.length
      return { comment, inputs: rest.slice(0, end), expected: rest.slice(end + 1) }
    })
}

function format(steps: readonly Step[]): string {
  const blocks = steps.map(({ comment, inputs, expected }) => {
    if (inputs.length === 0) return comment.join('\n')
    return [...comment, ...inputs, SEPARATOR, ...(expected.length === 0 ? [NOTHING] : expected)].join('\n')
  })
  return `${blocks.join('\n\n')}\n`
}
