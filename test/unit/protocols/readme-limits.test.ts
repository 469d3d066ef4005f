/** The limits in the specifications are those of the code. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as batchSync from '../../../protocols/batch-sync/constants.ts'
import * as roomState from '../../../protocols/room-state/constants.ts'
import * as wire from '../../../protocols/wire/limits.ts'

const UNITS: Record<string, number> = { KiB: 1_024, MiB: 1_048_576, s: 1_000, ms: 1, '/s': 1, '': 1 }

/** '256 KiB', '10 s', '2,048', '100/s' as a number of bytes, milliseconds or things. */
function valueOf(text: string): number {
  const [, digits, unit] = /^([\d.]+) ?(\D*)$/.exec(text) ?? []
  return Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN)
}

/** Names and values of the limits table of a protocol's README; a row may hold several, in the same order. */
function limitsOf(protocol: string): Record<string, number> {
  const text = readFileSync(join(import.meta.dirname, '../../../protocols', protocol, 'README.md'), 'utf8')
  const section = /\n## Limits\n([\s\S]*?)(?=\n## )/.exec(text)?.[1] ?? ''
  const rows = section.split('\n').filter((line) => /^\| [A-Z]/.test(line) && !line.startsWith('| Name'))
  return Object.fromEntries(
    rows.flatMap((row) => {
      const [names = '', values = ''] = row.split('|').slice(1, 3)
      const each = values.split(/, /).map((value) => valueOf(value.trim().replaceAll(',', '')))
      return names.split(',').map((name, index) => [name.trim(), each[index] ?? Number.NaN])
    }),
  )
}

const numbersIn = (constants: object): Record<string, number> =>
  Object.fromEntries(Object.entries(constants).filter(([, value]) => typeof value === 'number'))

describe('the limits table of', () => {
  it.each([
    ['wire', wire],
    ['room-state', roomState],
    ['batch-sync', batchSync],
  ] as const)('%s has every constant, with its value', (protocol, constants) => {
    expect(limitsOf(protocol)).toEqual(numbersIn(constants))
  })
})
