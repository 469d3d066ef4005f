/**
 * Runs every shipped scenario over many seeds, on all processors, and fails where a check does.
 * `npm run simulate:all -- 100 two-nodes churn`: 100 seeds of two scenarios. Default: 1,000 of each.
 */
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { SeedResult } from './simulate-worker.ts'

const SCENARIOS = new URL('./scenarios/', import.meta.url)
const WORKER = new URL('./simulate-worker.ts', import.meta.url)
const DEFAULT_SEEDS = 1_000

/** Failed seeds that are named; each can be run by itself. */
const MAX_NAMED = 5

const PROGRESS_EVERY_MS = 1_000

/** Runs a scenario with the seeds 1 to `seeds`; each worker takes the next one when it is done. */
async function runSeeds(name: string, seeds: number): Promise<SeedResult[]> {
  const results: SeedResult[] = []
  let next = 1
  const progress = setInterval(() => showProgress(`${name}: ${results.length} of ${seeds} seeds`), PROGRESS_EVERY_MS)
  const workers = Array.from({ length: Math.min(seeds, availableParallelism()) }, async () => {
    const worker = new Worker(WORKER, { workerData: new URL(`${name}.yaml`, SCENARIOS).pathname })
    try {
      while (next <= seeds) results.push(await runSeed(worker, next++))
    } finally {
      await worker.terminate()
    }
  })
  await Promise.all(workers).finally(() => clearInterval(progress))
  showProgress('')
  return results
}

function runSeed(worker: Worker, seed: number): Promise<SeedResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: SeedResult) => {
      worker.off('error', reject)
      resolve(result)
    })
    worker.once('error', reject)
    worker.postMessage(seed)
  })
}

function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
}

/** One line of what came of a scenario, and a few more where seeds failed. */
function summary(name: string, results: readonly SeedResult[], tookMs: number): string[] {
  const failed = results.filter(({ violations }) => violations.length > 0).sort((a, b) => a.seed - b.seed)
  const maxBytes = Math.max(...results.map(({ bytes }) => bytes))
  const state = failed.length === 0 ? 'ok' : `${failed.length} FAILED`
  const cost = `${(tookMs / 1000).toFixed(1)} s, at most ${(maxBytes / 1024).toFixed(0)} KiB sent`
  return [
    `${name}: ${state}, ${results.length} seeds, ${cost}`,
    ...failed
      .slice(0, MAX_NAMED)
      .map(({ seed, violations }) => `  kith simulate scripts/scenarios/${name}.yaml --seed ${seed}: ${violations[0]}`),
  ]
}

/** What the command line asks for; a wrong one ends the process. */
function readArguments(): { seeds: number; names: string[] } {
  const { positionals } = parseArgs({ allowPositionals: true })
  const shipped = readdirSync(SCENARIOS).map((file) => basename(file, '.yaml'))
  const [count = String(DEFAULT_SEEDS), ...chosen] = positionals
  const unknown = chosen.find((name) => !shipped.includes(name))
  if (/^[1-9]\d*$/.test(count) && unknown === undefined) {
    return { seeds: Number(count), names: chosen.length > 0 ? chosen : shipped }
  }
  console.error(`usage: npm run simulate:all -- [SEEDS] [SCENARIO…], of ${shipped.join(', ')}`)
  process.exit(2)
}

const { seeds, names } = readArguments()
for (const name of names) {
  const startMs = performance.now()
  const results = await runSeeds(name, seeds)
  for (const line of summary(name, results, performance.now() - startMs)) console.log(line)
  if (results.some(({ violations }) => violations.length > 0)) process.exitCode = 1
}
