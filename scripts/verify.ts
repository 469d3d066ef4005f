/**
 * Runs every check, the quick ones first, and stops at the first failure. `--skip-tests` omits the
 * tests, for a caller that has just run `npm test`.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

interface Step {
  name: string
  command: string
}

const CHECKS: Step[] = [
  { name: 'generated files are current', command: 'npm run --silent generate -- --check' },
  { name: 'types', command: 'tsc --noEmit' },
  { name: 'lint, import directions and cycles, pure machines', command: 'oxlint' },
  { name: 'format', command: 'prettier --check --log-level warn .' },
  { name: 'unused code and dependencies', command: 'knip' },
  { name: 'the reference of the library is complete', command: 'npm run --silent docs -- --emit none --logLevel Warn' },
  { name: 'the description of the API', command: 'npm run --silent check:api' },
  { name: 'the package that would be published', command: 'npm run --silent check:package' },
]
const TESTS: Step = { name: 'tests', command: 'npm test --silent' }
const FUZZ: Step = {
  name: 'protocols and whole nodes fed with random and broken records, for half a minute each',
  command: 'npm run --silent fuzz',
}
/** Separate from the other tests, because it needs root; where it cannot run, it says so. */
const LAN_TESTS: Step = { name: 'tests between network namespaces', command: 'npm run --silent test:lan' }

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}

const { values } = parseArgs({ options: { 'skip-tests': { type: 'boolean', default: false } } })
const startMs = performance.now()
for (const { name, command } of [...CHECKS, ...(values['skip-tests'] ? [] : [TESTS]), FUZZ, LAN_TESTS]) {
  const stepMs = performance.now()
  console.log(`\n== ${name}: ${command}`)
  // As in npm scripts, commands are found in node_modules/.bin first.
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\nverify: ${name} failed after ${seconds(startMs)}`)
    process.exit(1)
  }
  console.log(`   ok, ${seconds(stepMs)}`)
}
console.log(`\nverify: all passed in ${seconds(startMs)}`)
