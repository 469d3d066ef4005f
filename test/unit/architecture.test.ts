/**
 * Runs the linter on files that break one rule each, as a rule that cannot fire is worth nothing:
 * a glob that matches no file, or a pattern that the linter cannot read, would pass in silence.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** What the linter must say of a file: rule, and words of the message. */
type Broken = [path: string, code: string, rule: string, words: string]

const value = (from: string): string => `import { value } from '${from}'\nexport const copy = value\n`
const type = (from: string): string => `import type { Shape } from '${from}'\nexport type Copy = Shape\n`
const IMPORTS = 'eslint(no-restricted-imports)'
const GLOBALS = 'eslint(no-restricted-globals)'

const BROKEN: Broken[] = [
  // Directions
  ['protocols/ring/codec.ts', type('../../src/kith.ts'), IMPORTS, 'without src/'],
  ['protocols/ring/handler.ts', value('../../src/room/room.ts'), IMPORTS, 'without src/'],
  ['protocols/ring/state.ts', value('../lock/state.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/ring/index.ts', type('../lock/index.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/ring/apps.ts', value('../apps/todo/limits.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/apps/all.ts', value('./todo/limits.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/apps/todo/side.ts', value('../game/limits.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/apps/todo/up.ts', value('../../ring/state.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/apps/game/out.ts', type('../../../src/kith.ts'), IMPORTS, 'without src/'],
  ['protocols/document/pack.ts', value('../lock/state.ts'), IMPORTS, 'Protocols meet in'],
  ['protocols/wire/up.ts', value('../document/document.ts'), IMPORTS, 'Protocols meet in'],
  ['src/store/up.ts', value('../room/room.ts'), IMPORTS, 'goes against it'],
  ['src/store/lazy.ts', `export const lazy = await import('../room/room.ts')\n`, IMPORTS, 'goes against it'],
  ['src/store/again.ts', `export { value } from '../room/room.ts'\n`, IMPORTS, 'goes against it'],
  ['src/store/deep/up.ts', value('../../node.ts'), IMPORTS, 'goes against it'],
  ['src/apps/up.ts', value('../room/room.ts'), IMPORTS, 'goes against it'],
  ['src/apps/side.ts', value('../files/import-path.ts'), IMPORTS, 'goes against it'],
  ['src/files/up.ts', value('../store/store.ts'), IMPORTS, 'goes against it'],
  ['src/files/node.ts', value('../node/core.ts'), IMPORTS, 'goes against it'],
  ['src/room/up.ts', value('../node.ts'), IMPORTS, 'goes against it'],
  ['src/room/side.ts', value('../host/libp2p.ts'), IMPORTS, 'goes against it'],
  ['src/room/wing.ts', value('../machine/wings.ts'), IMPORTS, 'goes against it'],
  ['src/machine/up.ts', value('../node/core.ts'), IMPORTS, 'goes against it'],
  ['src/machine/run.ts', value('../runtime/runner.ts'), IMPORTS, 'goes against it'],
  ['src/runtime/up.ts', value('../api/server.ts'), IMPORTS, 'goes against it'],
  ['src/host/up.ts', value('../room/room.ts'), IMPORTS, 'goes against it'],
  ['src/host/runner.ts', value('../runtime/runner.ts'), IMPORTS, 'may have the clock'],
  ['src/up.ts', value('./cli/main.ts'), IMPORTS, 'goes against it'],
  ['src/kith.ts', type('./store/store.ts'), IMPORTS, 'stand alone'],
  ['src/node/up.ts', value('../api/server.ts'), IMPORTS, 'goes against it'],
  ['src/node/libp2p.ts', value('libp2p'), IMPORTS, 'src/host know libp2p'],
  ['src/simulate/up.ts', value('../host/libp2p.ts'), IMPORTS, 'goes against it'],
  ['src/api/up.ts', value('../cli/main.ts'), IMPORTS, 'goes against it'],
  ['src/api/through.ts', value('../room/room.ts'), IMPORTS, 'what src/node.ts offers'],
  ['src/cli/through.ts', value('../room/room.ts'), IMPORTS, 'clients of src/api'],
  ['src/cli/files.ts', type('../files/file-document.ts'), IMPORTS, 'clients of src/api'],
  ['src/cli/wire.ts', type('../../protocols/wire/ids.ts'), IMPORTS, 'clients of src/api'],
  ['src/cli/node.ts', value('../node.ts'), IMPORTS, 'goes against it'],
  [
    'src/cli/run.ts',
    value('../node.ts') + type('../store/store.ts').replace('Copy', 'Rows'),
    IMPORTS,
    'clients of src/api',
  ],
  ['src/cli/commands/other.ts', value('../../simulate/simulate.ts'), IMPORTS, 'clients of src/api'],
  [
    'src/cli/commands/simulate.ts',
    value('../../simulate/simulate.ts') + type('../../room/room.ts'),
    IMPORTS,
    'clients of src/api',
  ],
  ['src/web/through.ts', value('../host/libp2p.ts'), IMPORTS, 'clients of src/api'],
  ['src/web/parts/through.tsx', type('../../room/room.ts'), IMPORTS, 'clients of src/api'],
  ['src/web/contract.ts', value('../api/contract.ts'), IMPORTS, 'by the types of its contract'],
  ['src/web/errors.ts', value('../kith.ts'), IMPORTS, 'by the types of its contract'],
  ['src/web/files.ts', value('node:fs'), IMPORTS, 'runs in a browser'],
  // Who knows libp2p
  ['protocols/ring/ports.ts', type('@libp2p/interface'), IMPORTS, 'know libp2p'],
  ['protocols/lock/index.ts', value('@libp2p/utils'), IMPORTS, 'know libp2p'],
  ['src/room/peers.ts', value('libp2p'), IMPORTS, 'know libp2p'],
  ['src/store/peers.ts', value('@libp2p/peer-id'), IMPORTS, 'know libp2p'],
  ['src/cli/peers.ts', value('@libp2p/peer-id'), IMPORTS, 'know libp2p'],
  ['src/peers.ts', value('@libp2p/peer-id'), IMPORTS, 'know libp2p'],
  // Purity
  ['protocols/ring/machine.ts', value('node:crypto'), IMPORTS, 'A machine does no IO'],
  ['protocols/ring/machine-state.ts', value('node:events'), IMPORTS, 'A machine does no IO'],
  ['protocols/ring/files.ts', value('node:fs'), IMPORTS, 'does no IO'],
  [
    'protocols/ring/keys.ts',
    `import { randomBytes } from 'node:crypto'\nexport const key = randomBytes(32)\n`,
    IMPORTS,
    'Randomness',
  ],
  ['src/room/events.ts', value('node:events'), IMPORTS, 'does no IO'],
  ['src/apps/files.ts', value('node:fs'), IMPORTS, 'does no IO'],
  ['src/room/clock.ts', 'export const now = Date.now()\n', GLOBALS, 'Time is an argument'],
  ['src/machine/clock.ts', 'export const now = Date.now()\n', GLOBALS, 'Time is an argument'],
  ['src/apps/clock.ts', 'export const now = new Date()\n', GLOBALS, 'Time is an argument'],
  ['protocols/ring/machine-clock.ts', 'export const now = performance.now()\n', GLOBALS, 'Time is an argument'],
  ['protocols/ring/machine-global.ts', 'export const now = globalThis.Date.now()\n', GLOBALS, 'no IO'],
  ['protocols/ring/machine-timer.ts', 'setTimeout(() => {}, 1)\n', GLOBALS, 'A timer is an effect'],
  ['src/room/interval.ts', 'setInterval(() => {}, 1)\n', GLOBALS, 'A timer is an effect'],
  ['src/room/immediate.ts', 'setImmediate(() => {})\n', GLOBALS, 'A timer is an effect'],
  ['src/room/microtask.ts', 'queueMicrotask(() => {})\n', GLOBALS, 'A timer is an effect'],
  ['protocols/ring/machine-key.ts', 'export const id = crypto.randomUUID()\n', GLOBALS, 'Randomness'],
  ['src/simulate/dice.ts', 'export const dice = Math.random()\n', 'eslint(no-restricted-properties)', 'Randomness'],
  ['src/host/age.ts', 'export const now = Date.now()\n', 'eslint(no-restricted-properties)', 'Intervals go by'],
  // Common mistakes
  ['src/floating.ts', 'export const run = () => {\n  Promise.resolve()\n}\n', 'typescript(no-floating-promises)', ''],
  [
    'src/misused.ts',
    'export const run = () => [1].forEach(async () => Promise.resolve())\n',
    'typescript(no-misused-promises)',
    '',
  ],
  ['src/thenable.ts', 'export const run = async (x: number) => await x\n', 'typescript(await-thenable)', ''],
  [
    'src/exhaustive.ts',
    `export function name(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1\n  }\n}\n`,
    'typescript(switch-exhaustiveness-check)',
    '',
  ],
  ['src/any.ts', 'export let x: any\n', 'typescript(no-explicit-any)', ''],
  ['src/ignored.ts', ['// @ts', 'ignore\nexport const x = 1\n'].join('-'), 'typescript(ban-ts-comment)', ''],
  ['src/equal.ts', 'export const x = (a: number) => a == 1\n', 'eslint(eqeqeq)', ''],
  ['src/console.ts', 'console.log(1)\n', 'eslint(no-console)', ''],
  ['src/default.ts', 'export default 1\n', 'import(no-default-export)', ''],
  ['src/camelCase.ts', 'export const x = 1\n', 'unicorn(filename-case)', ''],
  ['src/cycle-a.ts', `import type { B } from './cycle-b.ts'\nexport type A = B | 1\n`, 'import(no-cycle)', ''],
  ['src/cycle-b.ts', `import type { A } from './cycle-a.ts'\nexport type B = A[]\n`, 'import(no-cycle)', ''],
]

/** What is allowed, so that a rule that always fires is found too. */
const ALLOWED: [path: string, code: string][] = [
  [
    'protocols/batch-sync/machine.ts',
    value('../document/document.ts') + type('../wire/ids.ts').replaceAll('Copy', 'Id'),
  ],
  ['protocols/batch-sync/index.ts', type('@libp2p/interface')],
  ['protocols/batch-sync/handler.ts', value('@libp2p/utils') + 'setTimeout(() => {}, Date.now())\n'],
  [
    'protocols/apps/todo/limits.ts',
    value('../limits.ts') + type('../../document/document.ts').replaceAll('Copy', 'Id'),
  ],
  ['protocols/wire/crypto.ts', `import { createHash } from 'node:crypto'\nexport const hash = createHash('sha256')\n`],
  [
    'src/host/libp2p.ts',
    value('libp2p') + value('../runtime/clock.ts').replaceAll('value', 'now').replace('copy', 'clock'),
  ],
  ['src/room/room.ts', value('../../protocols/wire/ids.ts') + type('../store/store.ts')],
  ['src/files/import-path.ts', value('../apps/cbor.ts') + `export { readFile } from 'node:fs/promises'\n`],
  ['src/node.ts', value('./room/room.ts')],
  ['src/api/server.ts', value('../node.ts')],
  ['src/cli/commands/all.ts', value('./node.ts')],
  ['src/cli/main.ts', value('../api/client.ts') + type('../kith.ts') + 'console.log(value)\n'],
  ['src/web/main.tsx', value('../api/paths.ts') + type('../api/contract.ts')],
  ['src/web/state/rooms.ts', value('./node.ts') + type('../../kith.ts')],
  ['scripts/print.ts', 'console.log(1)\n'],
  ['test/unit/random.ts', value('../../src/room/room.ts') + 'export const dice = Math.random()\n'],
]

interface Finding {
  path: string
  rule: string
  message: string
}

let dir: string
let findings: Finding[]

/** The linter's findings in `dir`; it exits with 1 when it finds something. */
function lint(): Finding[] {
  let output: string
  try {
    output = execFileSync(join(ROOT, 'node_modules/.bin/oxlint'), ['--format', 'json'], { cwd: dir, encoding: 'utf8' })
  } catch (error) {
    output = (error as { stdout: string }).stdout
  }
  const report = JSON.parse(output) as {
    diagnostics: { filename: string; code: string; message: string; help?: string }[]
  }
  return report.diagnostics.map((found) => ({
    path: found.filename,
    rule: found.code,
    message: `${found.message} ${found.help ?? ''}`,
  }))
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kith-lint-'))
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    copyFileSync(join(ROOT, file), join(dir, file))
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  for (const [path, code] of [...BROKEN, ...ALLOWED]) {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    writeFileSync(join(dir, path), code)
  }
  findings = lint()
}, 60_000)

afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})

describe('lint refuses', () => {
  it.each(BROKEN)('%s', (path, _code, rule, words) => {
    const found = findings.filter((finding) => finding.path === path)
    expect(found).toEqual([{ path, rule, message: expect.stringContaining(words) as string }])
  })
})

describe('lint allows', () => {
  it.each(ALLOWED)('%s', (path) => {
    expect(findings.filter((finding) => finding.path === path)).toEqual([])
  })
})
