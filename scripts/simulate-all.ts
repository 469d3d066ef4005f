/**
 * Runs every shipped scenario with many seeds, on all processors, and fails if a check does.
 * `npm run simulate:all -- 100 two-nodes churn`: 100 seeds of two scenarios. Default: 1,000 of each,
 * but 10 of the very large ones.
 */
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { formatDuration, formatSize } from '../src/simulate/units.ts'
import type { SeedResult } from './simulate-worker.ts'

const SCENARIOS = new URL('./scenarios/', import.meta.url)
const WORKER = new URL('./simulate-worker.ts', import.meta.url)
const DEFAULT_SEEDS = 1_000

/** These show that this many nodes can be simulated; 1,000 seeds would take hours. */
const LARGE = new Set(['thousand-nodes', 'hundred-rooms'])
const DEFAULT_LARGE_SEEDS = 10

/** Failed seeds that are listed; each can be run on its own. */
const MAX_NAMED = 5

/** On a terminal one line is updated; in a log each update is a line. */
const PROGRESS_EVERY_MS = process.stderr.isTTY ? 1_000 : 60_000

/** The results of all seeds of a scenario. */
interface Outcome {
  name: string
  results: readonly SeedResult[]
  tookMs: number
}

/** Runs a scenario with the seeds 1 to `seeds`; each worker takes the next one when it is free. */
async function runSeeds(name: string, seeds: number, workers: number): Promise<Outcome> {
  const startMs = performance.now()
  const results: SeedResult[] = []
  let next = 1
  const progress = setInterval(() => {
    showProgress(progressLine(name, results.length, seeds, performance.now() - startMs))
  }, PROGRESS_EVERY_MS)
  const runs = Array.from({ length: Math.min(seeds, workers) }, async () => {
    const worker = new Worker(WORKER, { workerData: new URL(`${name}.yaml`, SCENARIOS).pathname })
    try {
      while (next <= seeds) results.push(await runSeed(worker, next++))
    } finally {
      await worker.terminate()
    }
  })
  await Promise.all(runs).finally(() => clearInterval(progress))
  if (process.stderr.isTTY) showProgress('')
  return { name, results, tookMs: performance.now() - startMs }
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

function progressLine(name: string, done: number, seeds: number, tookMs: number): string {
  const left = done === 0 ? '' : `, about ${formatDuration((tookMs / done) * (seeds - done))} left`
  return `${name}: ${done} of ${seeds} seeds${left}`
}

function showProgress(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`)
}

function failuresOf({ results }: Outcome): SeedResult[] {
  return results.filter(({ violations }) => violations.length > 0).sort((a, b) => a.seed - b.seed)
}

/** A summary line for a scenario, and a few more if seeds failed. */
function summary(outcome: Outcome): string[] {
  const { name, results, tookMs } = outcome
  const failed = failuresOf(outcome)
  const state = failed.length === 0 ? 'ok' : `${failed.length} FAILED`
  const cpu = formatDuration(results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / results.length)
  const sent = formatSize(Math.max(...results.map(({ bytes }) => bytes)))
  const seeds = String(results.length).padStart(6)
  return [
    `${name.padEnd(16)} ${seeds} seeds in ${formatDuration(tookMs)}, ${cpu} of a processor each, at most ${sent} sent: ${state}`,
    ...failed
      .slice(0, MAX_NAMED)
      .map(({ seed, violations }) => `  kith simulate scripts/scenarios/${name}.yaml --seed ${seed}: ${violations[0]}`),
  ]
}

/** Parses the command line; ends the process if it is wrong. */
function readArguments(): { seedsOf: (name: string) => number; names: string[] } {
  const { positionals } = parseArgs({ allowPositionals: true })
  const shipped = readdirSync(SCENARIOS).map((file) => basename(file, '.yaml'))
  const [count, ...chosen] = positionals
  const unknown = chosen.find((name) => !shipped.includes(name))
  const names = chosen.length > 0 ? chosen : shipped
  if (count === undefined) {
    return { seedsOf: (name) => (LARGE.has(name) ? DEFAULT_LARGE_SEEDS : DEFAULT_SEEDS), names }
  }
  if (/^[1-9]\d*$/.test(count) && unknown === undefined) return { seedsOf: () => Number(count), names }
  console.error(`usage: npm run simulate:all -- [SEEDS] [SCENARIO…], of ${shipped.join(', ')}`)
  process.exit(2)
}

const { seedsOf, names } = readArguments()
const workers = availableParallelism()
const outcomes: Outcome[] = []
for (const name of names) {
  const outcome = await runSeeds(name, seedsOf(name), workers)
  outcomes.push(outcome)
  for (const line of summary(outcome)) console.log(line)
}
const failures = outcomes.reduce((sum, outcome) => sum + failuresOf(outcome).length, 0)
const tookMs = outcomes.reduce((sum, outcome) => sum + outcome.tookMs, 0)
const runs = outcomes.reduce((sum, { results }) => sum + results.length, 0)
console.log(
  `${runs - failures} of ${runs} runs ok, ${names.length} scenarios, in ${formatDuration(tookMs)} with ${workers} workers`,
)
if (failures > 0) process.exitCode = 1
