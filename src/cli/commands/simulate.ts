/** `kith simulate`: runs a scenario file on a simulated network, with the code of real nodes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Command } from 'commander'
import type { SimulationReport } from '../../simulate/report.ts'
import type { Scenario } from '../../simulate/scenario.ts'
import type { Context } from '../context.ts'
import { FailedError, UsageError } from '../exit.ts'
import { addCommand, wholeNumber } from '../program.ts'
import type { Run } from '../program.ts'
import { LiveLine } from '../terminal.ts'
import { clean, counted } from '../text.ts'

const MAX_SEED = 2 ** 31 - 1

const PROGRESS_EVERY_MS = 1000

interface SimulateOptions {
  seed: number
  report?: string
}

export function addSimulateCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'simulate',
    summary: 'run a scenario on a simulated network',
    description: 'run a scenario on a simulated network, with the code of real nodes; the same seed gives the same run',
    examples: [
      ['kith simulate scripts/scenarios/semi-connected.yaml', ''],
      ['kith simulate scenario.yaml --seed 7 --report out.html', 'with charts and a message graph'],
      ['kith simulate scripts/scenarios/removed-backdates.yaml', 'a private room, and somebody who was removed'],
      ['kith simulate scenario.yaml --json', 'all figures, for programs'],
    ],
    notes: ['See src/simulate/README.md for how to write a scenario. The exit code is 1 if a check failed.'],
  })
    .argument('<file>', 'YAML file with the scenario')
    .option('--seed <number>', 'seed of the random numbers', wholeNumber(0, MAX_SEED), 1)
    .option('--report <file>', 'write an HTML page with charts and the message graph')
    .action(run(simulateFile))
}

async function simulateFile(context: Context, file: string, { seed, report: page }: SimulateOptions): Promise<void> {
  const scenario = await loadScenario(context, file)
  const report = await runWithProgress(context, scenario, seed)
  if (page !== undefined) {
    const { htmlReport } = await import('../../simulate/page/html-report.ts')
    writeReport(page, htmlReport(report))
  }
  const { reportLines } = await import('../../simulate/text-report.ts')
  context.output.result(report, () => reportLines(report).map(clean))
  const { violations } = report
  if (violations.length > 0) throw new FailedError(`${counted(violations.length, 'violation')} with seed ${seed}.`)
}

async function loadScenario(context: Context, file: string): Promise<Scenario> {
  const { loadScenario } = await import('../../simulate/load-scenario.ts')
  const { ScenarioError } = await import('../../simulate/read-scenario.ts')
  try {
    return await loadScenario(readText(file), file, basename(file, extname(file)))
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    const { mistakes } = error
    if (mistakes.length === 1 || context.output.json) throw new UsageError(mistakes.join('; '), { cause: error })
    for (const mistake of mistakes) context.output.note(mistake)
    throw new UsageError(`${mistakes.length} mistakes in ${file}.`, { cause: error })
  }
}

/** Runs in steps, so that the user sees the progress and can stop it. */
async function runWithProgress({ terminal }: Context, scenario: Scenario, seed: number): Promise<SimulationReport> {
  const { simulateInSteps } = await import('../../simulate/simulate.ts')
  const { formatDuration } = await import('../../simulate/units.ts')
  const line = new LiveLine(terminal)
  const steps = simulateInSteps(scenario, seed)
  let shownMs = performance.now()
  try {
    for (;;) {
      const { done, value } = steps.next()
      if (done === true) return value
      if (terminal.stderr.isTTY === true && performance.now() - shownMs > PROGRESS_EVERY_MS) {
        shownMs = performance.now()
        const { elapsedMs, deliveries } = value
        const elapsed = `${formatDuration(elapsedMs)} of ${formatDuration(scenario.durationMs)}`
        line.show(`Simulating… ${elapsed}, ${deliveries} documents delivered`)
      }
      await nextTurn()
    }
  } finally {
    line.clear()
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`Cannot read the scenario file ${file}: ${reasonOf(error)}.`, {
      cause: error,
    })
  }
}

function writeReport(file: string, html: string): void {
  try {
    writeFileSync(file, html)
  } catch (error) {
    throw new FailedError(`Cannot write the report to ${file}: ${reasonOf(error)}.`, {
      cause: error,
    })
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'no such file or folder' : code === 'EISDIR' ? 'it is a folder' : String(code)
}
