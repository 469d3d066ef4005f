/**
 * Packs the built project like `npm publish`, and checks the tarball: which files it must and must not
 * contain, its description in package.json (publint), and whether importers find the types of every entry
 * (are the types wrong). Run it through npm, after a build.
 */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageEntries } from './package-entries.ts'

const REQUIRED = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'package.json',
  'bin/kith.js',
  'dist/src/node.js',
  'dist/src/node.d.ts',
  'dist/src/cli/main.js',
  'dist/web/index.html',
  'protocols/README.md',
  ...globSync('examples/*.ts'),
  ...globSync('protocols/**/README.md'),
  ...globSync('protocols/**/vectors/*.json'),
]
const FORBIDDEN = /^(test|scripts|node_modules|docs|\.)|\.(test\.|tsbuildinfo|tgz)/

interface Packed {
  filename: string
  unpackedSize: number
  files: { path: string }[]
}

/** Throws a checker's output if it failed. */
function check(name: string, { status, stdout, stderr, error }: SpawnSyncReturns<string>): void {
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${name} found faults:\n${stdout}${stderr}`)
  console.log(`${name}: no faults`)
}

/** What is wrong with the list of packed files, a line each. */
function faultsOf(paths: readonly string[]): string[] {
  const packed = new Set(paths)
  return [
    ...REQUIRED.filter((path) => !packed.has(path)).map((path) => `${path} is missing`),
    ...paths.filter((path) => FORBIDDEN.test(path)).map((path) => `${path} does not belong there`),
  ]
}

const folder = mkdtempSync(join(tmpdir(), 'kith-package-'))
try {
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [packed] = JSON.parse(execFileSync('npm', packing, { encoding: 'utf8' })) as Packed[]
  if (packed === undefined) throw new Error('npm pack made nothing')
  const faults = faultsOf(packed.files.map(({ path }) => path))
  if (faults.length > 0) throw new Error(`the package is not what it should be:\n  ${faults.join('\n  ')}`)
  console.log(`${packed.filename}: ${packed.files.length} files, ${(packed.unpackedSize / 2 ** 20).toFixed(1)} MiB`)
  const tarball = join(folder, packed.filename)
  const encoding = 'utf8'
  check('publint', spawnSync('publint', ['run', '--strict', tarball], { encoding }))
  // Kith is an ES module; problems that only CommonJS has are ignored.
  const entries = packageEntries().map(({ subpath }) => subpath)
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--entrypoints', ...entries]
  check('attw', spawnSync('attw', [tarball, ...options], { encoding }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
