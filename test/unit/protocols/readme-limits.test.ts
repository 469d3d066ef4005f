/** The specifications are checked where possible: limits, links, the worked examples. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as access from '../../../protocols/access/constants.ts'
import * as apps from '../../../protocols/apps/constants.ts'
import * as chat from '../../../protocols/apps/chat/constants.ts'
import * as map from '../../../protocols/apps/map/constants.ts'
import * as batchSync from '../../../protocols/batch-sync/constants.ts'
import * as checkup from '../../../protocols/checkup/constants.ts'
import * as ensureMap from '../../../protocols/ensure-map/constants.ts'
import * as file from '../../../protocols/file/constants.ts'
import * as directory from '../../../protocols/directory/constants.ts'
import * as lock from '../../../protocols/lock/constants.ts'
import * as nearby from '../../../protocols/nearby/constants.ts'
import * as network from '../../../protocols/network/constants.ts'
import * as ring from '../../../protocols/ring/constants.ts'
import * as room from '../../../protocols/room/constants.ts'
import * as reconciliation from '../../../protocols/ring/reconciliation/constants.ts'
import * as size from '../../../protocols/ring/size/constants.ts'
import * as slices from '../../../protocols/ring/slices/constants.ts'
import * as roomState from '../../../protocols/room-state/constants.ts'
import * as wire from '../../../protocols/wire/limits.ts'
import { readVectors, type FrameVectors } from './vectors.ts'

const PROTOCOLS = join(import.meta.dirname, '../../../protocols')

const readText = (path: string): string => readFileSync(join(PROTOCOLS, path), 'utf8')

const UNITS: Record<string, number> = {
  ...{ bytes: 1, KiB: 1_024, MiB: 1_048_576 },
  ...{ ms: 1, s: 1_000, min: 60_000, '/s': 1, '': 1 },
}

/** '256 KiB', '10 s', '2,048', '100/s' as a number of bytes, milliseconds or things. */
function valueOf(text: string): number {
  const [, digits, unit] = /^([\d.]+) ?(\D*)$/.exec(text) ?? []
  return Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN)
}

/** Names and values of the limits table of a protocol's README; a row may hold several, in the same order. */
function limitsOf(protocol: string): Record<string, number> {
  const section = /\n## Limits\n([\s\S]*?)(?=\n## )/.exec(readText(join(protocol, 'README.md')))?.[1] ?? ''
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
    ['ensure-map', ensureMap],
    ['lock', lock],
    ['nearby', nearby],
    ['directory', directory],
    ['network', network],
    ['checkup', checkup],
    ['ring', ring],
    ['room', room],
    ['apps', apps],
    ['apps/chat', chat],
    ['apps/map', map],
    ['file', file],
    ['ring/reconciliation', reconciliation],
    ['ring/size', size],
    ['ring/slices', slices],
  ] as const)('%s has every constant, with its value', (protocol, constants) => {
    expect(limitsOf(protocol)).toEqual(numbersIn(constants))
  })
})

describe('the kinds of', () => {
  it.each([
    ['access', access],
    ['room', room],
    ['apps/chat', chat],
    ['apps/map', map],
    ['file', file],
  ] as const)('%s are named as they are in documents', (protocol, constants) => {
    const kinds = Object.entries(constants).filter(([name]) => name.endsWith('_KIND'))
    expect(kinds).not.toEqual([])
    for (const [, kind] of kinds) expect(readText(join(protocol, 'README.md'))).toContain(`\`${kind}\``)
  })
})

const SPECIFICATIONS = globSync('**/README.md', { cwd: PROTOCOLS }).toSorted()

/** What a link to a text can name after `#`: its headings, as GitHub writes them, and its own anchors. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]
}

/** Links of a specification that lead nowhere in this project. */
function deadLinks(path: string): string[] {
  const links = [...readText(path).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => {
    if (link.startsWith('https://')) return false
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (!existsSync(join(PROTOCOLS, target))) return true
    const text = statSync(join(PROTOCOLS, target)).isDirectory() ? join(target, 'README.md') : target
    return anchor !== undefined && !anchorsOf(readText(text)).includes(anchor)
  })
}

describe('the links of', () => {
  it.each(SPECIFICATIONS)('%s lead somewhere', (path) => {
    expect(deadLinks(path)).toEqual([])
  })
})

/** The bytes of a specification's examples: frames are separated by blank lines, with comments after `#`. */
function examplesOf(path: string): string[] {
  const blocks = [...readText(path).matchAll(/```hex\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split('\n\n')).map((example) => example.replaceAll(/#.*|\s/g, ''))
}

/** The body of the first valid vector. */
function firstBodyIn(path: string): string | undefined {
  return readVectors<{ valid: { body: string }[] }>(path).valid[0]?.body
}

describe('the worked bytes of', () => {
  it.each([
    ['room', 'room/vectors/roots.json'],
    ['access', 'access/vectors/bodies.json'],
    ['file', 'file/vectors/files.json'],
  ])('%s begin with the body of the first vector', (folder, vectors) => {
    expect(examplesOf(join(folder, 'README.md'))[0]).toBe(firstBodyIn(vectors))
  })

  it.each([
    ['room', 'names: the last of each author counts'],
    ['apps/chat', 'a conversation'],
    ['apps/map', 'a key is set, and another one removed'],
  ])('%s end with the state of a history, its size and its hash', (folder, history) => {
    const { histories } = readVectors<{
      histories: { name: string; state: string; sizeBytes: number; hash: string }[]
    }>(`${folder}/vectors/histories.json`)
    const { state, sizeBytes, hash } = histories.find(({ name }) => name === history)!
    expect(examplesOf(join(folder, 'README.md')).at(-1)).toBe(state)
    expect(readText(join(folder, 'README.md'))).toContain(
      `Its size is ${sizeBytes} byte${sizeBytes === 1 ? '' : 's'}, and its hash \`${hash}\`.`,
    )
  })
})

describe('the worked bytes of file', () => {
  it('end with sealed blocks of the vectors', () => {
    const { valid } = readVectors<{ valid: { name: string; sealed: string }[] }>('file/vectors/sealed-blocks.json')
    const examples = valid.filter(({ name }) => name.startsWith('the example of the specification'))
    expect(examplesOf('file/README.md').slice(1)).toEqual(examples.map(({ sealed }) => sealed))
  })
})

describe('the worked example of batch-sync', () => {
  it('is what the vector has, byte for byte', () => {
    const frames = examplesOf('batch-sync/README.md')
    const { exchanges } = readVectors<{ exchanges: { name: string; steps: { frame: string | null }[] }[] }>(
      'batch-sync/vectors/ranges.json',
    )
    const steps = exchanges.find(({ name }) => name === 'both wrote apart')?.steps ?? []
    expect(frames).toEqual(steps.flatMap(({ frame }) => frame ?? []))
  })
})

describe('the example of ensure-map', () => {
  it('has a frame of each record, byte for byte as in the vectors', () => {
    const { valid } = readVectors<FrameVectors>('ensure-map/vectors/frames.json')
    const types = examplesOf('ensure-map/README.md').map((example) => {
      return valid
        .find(({ frame }) => frame === example)
        ?.records.map(({ type }) => type)
        .join()
    })
    expect(types).toEqual(['want', 'cancel', 'have', 'dont-have', 'block', 'received'])
  })
})
