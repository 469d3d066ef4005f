/**
 * Lint: common mistakes, and what design.md asks of imports and machines.
 * `test/unit/architecture.test.ts` shows that every rule below fires.
 *
 * oxlint takes the last override that names a rule, so each file's bans stand in one list; and it
 * ignores a regular expression it cannot read (look-around), so there is none here.
 */
import { readdirSync } from 'node:fs'
import { defineConfig } from 'oxlint'

interface Ban {
  regex: string
  importNames?: string[]
  allowTypeImports?: boolean
  message: string
}

const LIBP2P: Ban = {
  regex: '^(libp2p$|@libp2p/|@chainsafe/libp2p)',
  message:
    'Only protocols/*/handler.ts, protocols/*/index.ts (types) and src/host know libp2p: all else runs in the simulator too.',
}
const LIBP2P_VALUES: Ban = { ...LIBP2P, allowTypeImports: true }
const NODE_MODULES: Ban = {
  regex: '^node:',
  message: 'A machine does no IO: it returns effects, and hashing comes from protocols/wire/crypto.ts.',
}
const NODE_BUT_CRYPTO: Ban = {
  // All but `node:cr…`.
  regex: '^node:([^c]|c[^r])',
  message:
    'Protocol code outside handler.ts and index.ts does no IO; of Node it may use the pure functions of node:crypto.',
}
const RANDOM_CRYPTO: Ban = {
  regex: '^node:crypto$',
  importNames: [
    'default',
    'webcrypto',
    'randomBytes',
    'randomFill',
    'randomFillSync',
    'randomInt',
    'randomUUID',
    'getRandomValues',
  ],
  message: 'Randomness is an argument, so that a seed repeats a run; import the pure functions by name.',
}
const OUT_OF_PROTOCOLS: Ban = {
  regex: '^(\\.\\./)+src/',
  message: 'protocols/ is the contract on the wire and stands without src/.',
}
const NODE_FACTORY: Ban = {
  regex: '^(\\.\\./)+(src/)?node\\.ts$',
  message: 'Imports go cli, web → api → node → machine → room → protocols → document, wire; this one goes against it.',
}
const RUNTIME_BUT_CLOCK: Ban = {
  // All but `runtime/cl…`.
  regex: '^\\.{1,2}/(.*/)?runtime/([^c]|c[^l])',
  message: 'The host knows nothing of what runs on it; of src/runtime it may have the clock.',
}

/** Bans relative imports that lead into a folder of src/, or of the one around it. */
function into(message: string, ...names: string[]): Ban[] {
  return names.map((name) => ({ regex: `^(\\.{1,2}/)+(src/)?${name}/`, message }))
}

const upwards = (...names: string[]): Ban[] => into(NODE_FACTORY.message, ...names)

function imports(files: string[], bans: Ban[]) {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns: bans }] as const } }
}

const SHARED_PROTOCOLS = ['wire', 'document']
const PROTOCOLS = foldersIn('protocols').filter((name) => !SHARED_PROTOCOLS.includes(name))
/** The contracts of apps, which share only what stands beside them. */
const APPS = foldersIn('protocols/apps')

function foldersIn(path: string): string[] {
  const entries = readdirSync(new URL(`./${path}`, import.meta.url), { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

const allBut = (name: string, names: readonly string[]): string[] => names.filter((other) => other !== name)

function protocolImports(name: string, foreign: string[]) {
  const always = [
    OUT_OF_PROTOCOLS,
    ...into('Protocols meet in src/machine and src/node.ts; they share only document and wire.', ...foreign),
  ]
  return [
    imports([`protocols/${name}/**`], [...always, LIBP2P, NODE_BUT_CRYPTO, RANDOM_CRYPTO]),
    imports([`protocols/${name}/**/machine*.ts`], [...always, LIBP2P, NODE_MODULES]),
    imports([`protocols/${name}/index.ts`], [...always, LIBP2P_VALUES]),
    imports([`protocols/${name}/handler.ts`], always),
  ]
}

const OUTSIDE = ['api', 'cli', 'web', 'simulate']
const INSIDE = ['protocols', 'store', 'apps', 'files', 'room', 'machine', 'runtime', 'host', 'simulate']
const API_ONLY = 'The terminal and the web page are clients of src/api; they see nothing behind it.'

const IN_BROWSER: Ban = { regex: '^node:', message: 'The page runs in a browser.' }
/** The page loads nothing of the API but `paths.ts`: its types are enough. */
const CONTRACT_TYPES: Ban[] = [
  // All but `api/pat…`.
  '^(\\.\\./)+(src/)?api/([^p]|p[^a]|pa[^t])',
  '^(\\.\\./)+(src/)?kith',
].map((regex) => ({
  regex,
  allowTypeImports: true,
  message: 'The page knows the API by the types of its contract, and loads nothing of it.',
}))

const directions = [
  ...protocolImports('wire', ['document', ...PROTOCOLS]),
  // Of node:zlib, these functions are as pure as those of node:crypto.
  imports(['protocols/wire/compression.ts'], [OUT_OF_PROTOCOLS, LIBP2P]),
  // The part of the handlers that all protocols share.
  imports(['protocols/wire/frame-stream.ts'], [OUT_OF_PROTOCOLS]),
  ...protocolImports('document', PROTOCOLS),
  ...allBut('apps', PROTOCOLS).flatMap((name) => protocolImports(name, allBut(name, PROTOCOLS))),
  ...protocolImports('apps', [...allBut('apps', PROTOCOLS), ...APPS]),
  ...APPS.flatMap((name) => protocolImports(`apps/${name}`, [...allBut('apps', PROTOCOLS), ...allBut(name, APPS)])),
  imports(['src/*.ts'], [LIBP2P, ...upwards(...OUTSIDE)]),
  imports(
    ['src/kith*.ts'],
    [
      {
        regex: '^([^.]|\\.[^/])|^\\./[^k]',
        message: 'The shapes of the library stand alone, so that everybody may import them.',
      },
    ],
  ),
  imports(
    ['src/store/**'],
    [LIBP2P, NODE_FACTORY, ...upwards('apps', 'files', 'room', 'machine', 'runtime', 'host', ...OUTSIDE)],
  ),
  imports(
    ['src/apps/**'],
    [LIBP2P, NODE_MODULES, NODE_FACTORY, ...upwards('files', 'room', 'machine', 'runtime', 'host', ...OUTSIDE)],
  ),
  imports(
    ['src/files/**'],
    [LIBP2P, NODE_FACTORY, ...upwards('store', 'room', 'machine', 'runtime', 'host', 'node', ...OUTSIDE)],
  ),
  imports(
    ['src/room/**'],
    [LIBP2P, NODE_MODULES, NODE_FACTORY, ...upwards('machine', 'runtime', 'host', 'node', ...OUTSIDE)],
  ),
  imports(['src/machine/**'], [LIBP2P, NODE_MODULES, NODE_FACTORY, ...upwards('runtime', 'host', 'node', ...OUTSIDE)]),
  imports(['src/runtime/**'], [LIBP2P, NODE_FACTORY, ...upwards('host', ...OUTSIDE)]),
  imports(
    ['src/host/**'],
    [NODE_FACTORY, RUNTIME_BUT_CLOCK, ...upwards('apps', 'files', 'room', 'machine', ...OUTSIDE)],
  ),
  imports(['src/node/**'], [LIBP2P, NODE_FACTORY, ...upwards(...OUTSIDE)]),
  imports(['src/simulate/**'], [LIBP2P, NODE_FACTORY, ...upwards('host', 'api', 'cli', 'web')]),
  imports(['src/testing/**'], [LIBP2P, NODE_FACTORY, ...upwards('room', 'host', 'api', 'cli', 'web')]),
  imports(
    ['src/api/**'],
    [LIBP2P, ...upwards('cli', 'web'), ...into('The API serves what src/node.ts offers.', ...INSIDE)],
  ),
  imports(['src/cli/**'], [LIBP2P, NODE_FACTORY, ...into(API_ONLY, 'web', ...INSIDE)]),
  // A simulation needs no node, and so nothing of src/api: this one command runs it itself.
  imports(
    ['src/cli/commands/simulate.ts'],
    [LIBP2P, NODE_FACTORY, ...into(API_ONLY, 'web', ...INSIDE.filter((name) => name !== 'simulate'))],
  ),
  imports(['src/cli/run.ts'], [LIBP2P, ...into(API_ONLY, 'web', ...INSIDE)]),
  imports(['src/web/**'], [LIBP2P, NODE_FACTORY, IN_BROWSER, ...CONTRACT_TYPES, ...into(API_ONLY, 'cli', ...INSIDE)]),
  // It runs in Node, and builds the page.
  imports(['src/web/vite.config.ts'], [LIBP2P, NODE_FACTORY, ...into(API_ONLY, 'cli', 'api', ...INSIDE)]),
]

const TIME = 'Time is an argument (nowMs), so that the simulator can set it.'
const CLOCK = 'Intervals go by monotonicMs(), and wallMs() is for people: see src/runtime/clock.ts.'
const TIMERS = 'A timer is an effect, so that it survives in the simulator.'
const RANDOM = 'Randomness is an argument, so that a seed repeats a run.'
const IO = 'This code does no IO: it returns effects.'

const impure = {
  'no-restricted-globals': [
    'error',
    ...['Date', 'performance'].map((name) => ({ name, message: TIME })),
    ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({ name, message: TIMERS })),
    { name: 'crypto', message: RANDOM },
    ...['process', 'fetch', 'globalThis'].map((name) => ({ name, message: IO })),
  ],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: RANDOM }],
} as const

export default defineConfig({
  options: { typeAware: true, denyWarnings: true },
  // protons writes namespaces and unused helpers; the compiler still checks that code.
  ignorePatterns: ['node_modules', 'dist', 'coverage', 'protocols/*/messages.ts'],
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error' },
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    // A copy is what makes it safe to change a collection while walking over it.
    'unicorn/no-useless-spread': 'off',
    'vitest/require-mock-type-parameters': 'off',
    eqeqeq: 'error',
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'no-param-reassign': 'error',
    'no-empty': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    // The second argument says what is being expected.
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'assert*', 'fc.assert', 'testApp'] }],
    'unicorn/prefer-node-protocol': 'error',
  },
  overrides: [
    { files: ['src/cli/**', 'scripts/**', 'bin/**', 'examples/**'], rules: { 'no-console': 'off' } },
    // It has to be understood by a Node that is too old, so that it can say so.
    { files: ['bin/**'], rules: { 'no-var': 'off' } },
    // What a test has just put somewhere is there; if not, the test fails as it should.
    { files: ['test/**'], rules: { 'typescript/no-non-null-assertion': 'off' } },
    // Their tools ask for a default export.
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      files: ['protocols/**', 'src/room/**', 'src/machine/**', 'src/apps/**', 'src/simulate/**'],
      excludeFiles: ['protocols/*/handler.ts', 'protocols/*/index.ts', 'protocols/wire/frame-stream.ts'],
      rules: impure,
    },
    {
      files: ['src/host/**'],
      rules: {
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: CLOCK },
          { object: 'performance', property: 'now', message: CLOCK },
        ],
      },
    },
    ...directions,
  ],
})
