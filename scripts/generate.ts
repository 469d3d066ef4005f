/**
 * Writes all generated files, one script after another. With `--check` the scripts write nothing, and
 * fail if a file is out of date.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const SCRIPTS = [
  'make-messages.ts',
  'make-vectors.ts',
  'make-offers.ts',
  'make-openapi.ts',
  'draw-architecture.ts',
  'make-api-report.ts',
]

for (const script of SCRIPTS) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
