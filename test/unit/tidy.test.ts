/**
 * House style that no other tool checks, as a test of the sources. Each rule is also tried on a line
 * that breaks it.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** A file that does one thing fits in a head; beyond this it is to be split by what it does. */
const MAX_LINES = 400

interface Rule {
  name: string
  breaks: RegExp
  /** A line that breaks the rule. */
  example: string
  /** Which files the rule is for. Default: all. */
  within?: RegExp
}

const RULES: Rule[] = [
  { name: 'leaves no work behind', breaks: /\b(TODO|FIXME|XXX|HACK)\b/, example: '// TODO: later' },
  { name: 'keeps the types', breaks: /\bas any\b|@ts-(ignore|nocheck)/, example: 'x as any' },
  {
    name: 'switches no check off',
    breaks: /\b(eslint|oxlint|biome|prettier)-(disable|ignore)|\b(v8|c8|istanbul) ignore/,
    example: '// oxlint-disable-next-line',
  },
  {
    name: 'runs every test',
    breaks: /\b(it|test|describe)(\.\w+)*\.(only|skip|todo|fails)\b/,
    example: 'it.only("x", () => {})',
    within: /^test\//,
  },
  {
    name: 'names no path of one machine',
    breaks: /["'`(\s]\/(home|Users|work|root|private)\/\w/,
    example: '"/home/me/key"',
  },
  {
    name: 'names no package registry',
    breaks: /\bregistry\.(npmjs|yarnpkg)\b/,
    example: 'https://registry.npmjs.org/',
  },
  { name: 'indents with spaces', breaks: /^ *\t/, example: '\tx' },
  { name: 'ends lines where they end', breaks: /[ \t\r]$/, example: 'x ' },
]

const files = globSync('{src,protocols,test,scripts,bin,examples}/**/*.{ts,tsx,js,sh,proto,css,html,svg}', {
  cwd: ROOT,
  // The bench's peers, where they are installed.
  exclude: ['**/node_modules'],
})
  .concat(globSync('*.{ts,json,md}', { cwd: ROOT, exclude: ['package-lock.json'] }))
  // Written by protons; and this file, which holds what it looks for.
  .filter((path) => !['messages.ts', basename(import.meta.filename)].includes(basename(path)))
  .map((path) => ({ path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n') }))

const program = files.filter(({ path }) => /^(src|protocols|scripts)\/.*\.(tsx?|css)$/.test(path))

/** Places that break a rule, as `path:line: text`. */
function breaches({ breaks, within = /^/ }: Rule): string[] {
  return files
    .filter(({ path }) => within.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (breaks.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
}

/** Whether a source file opens with a comment, after the line that names its interpreter. */
function opensWithComment(lines: readonly string[]): boolean {
  const first = lines.find((line) => line !== '' && !line.startsWith('#!'))
  return first !== undefined && /^\/[/*]/.test(first)
}

/** Exported functions, classes and constants without a docstring; constants that stand together share one. */
function bareExports({ path, lines }: { path: string; lines: readonly string[] }): string[] {
  return lines.flatMap((line, index) => {
    const kind = /^export (?:async )?(function|class|const) /.exec(line)?.[1]
    const before = lines[index - 1] ?? ''
    const documented = before.endsWith('*/') || (kind === 'const' && before.startsWith('export const '))
    return kind === undefined || documented ? [] : [`${path}:${index + 1}: ${line}`]
  })
}

describe('every source file', () => {
  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    expect(rule.breaks.test(rule.example)).toBe(true)
    expect(breaches(rule)).toEqual([])
  })

  it(`has at most ${MAX_LINES} lines`, () => {
    expect(files.length).toBeGreaterThan(20)
    const long = files
      .filter(({ lines }) => lines.length > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines.length}`)
    expect(long).toEqual([])
  })

  it('that is part of the program opens by saying what it is for', () => {
    expect(opensWithComment(["import x from 'x'"])).toBe(false)
    expect(program.filter(({ lines }) => !opensWithComment(lines)).map(({ path }) => path)).toEqual([])
  })

  it('of a protocol documents its exports', () => {
    expect(bareExports({ path: 'x.ts', lines: ['export function x() {}'] })).toHaveLength(1)
    const contract = program.filter(({ path }) => path.startsWith('protocols/'))
    expect(contract.flatMap(bareExports)).toEqual([])
  })
})
