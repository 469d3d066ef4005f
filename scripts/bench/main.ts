/**
 * Measures what has performance targets and prints a table, or with `--json`, the same as JSON.
 * `--only NAME` runs a single measurement. Other work on the machine affects every figure: compare
 * the figures with the floors, which are measured in the same run.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { measureCatchUp, measureYoung } from './measure-catch-up.ts'
import { measureConnect } from './measure-connect.ts'
import { measureFiles } from './measure-files.ts'
import { measureHostile } from './measure-hostile.ts'
import { measureIdle } from './measure-idle.ts'
import { measureLatency } from './measure-latency.ts'
import { measureStart } from './measure-start.ts'
import { measureSync } from './measure-sync.ts'
import { measureWrites } from './measure-writes.ts'
import { Processes } from './processes.ts'
import { keepsTarget, timesFloor } from './row.ts'
import type { Row } from './row.ts'
import { tableOf } from './table.ts'

const MEASUREMENTS = new Map<string, (bench: Bench) => Promise<Row[]>>([
  ['start', measureStart],
  ['connect', measureConnect],
  ['latency', measureLatency],
  ['writes', measureWrites],
  ['catch-up', measureCatchUp],
  ['young', measureYoung],
  ['idle', measureIdle],
  ['sync', measureSync],
  ['files', measureFiles],
  ['hostile', measureHostile],
])

const EXIT_WRONG_USE = 2

interface Wanted {
  names: string[]
  json: boolean
}

function wantedOf(argv: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...argv],
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const all = [...MEASUREMENTS.keys()]
  if (values.only !== undefined && !all.includes(values.only)) {
    throw new Error(`there is no measurement '${values.only}', only ${all.join(', ')}`)
  }
  return { names: values.only === undefined ? all : [values.only], json: values.json }
}

/** Processes that ran or waited to run in the last minute: how busy the machine was. */
function load(): number {
  return loadavg()[0] ?? 0
}

async function measureAll(names: readonly string[]): Promise<Row[]> {
  const progress = (text: string): void => console.error(`bench: ${text}`)
  const processes = new Processes()
  const rows: Row[] = []
  try {
    for (const name of names) rows.push(...((await MEASUREMENTS.get(name)?.({ processes, progress })) ?? []))
  } finally {
    await processes.end()
  }
  return rows
}

function print(rows: readonly Row[], loadBefore: number, json: boolean): void {
  const [cpu] = cpus()
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpu?.model ?? 'unknown',
    loadBefore,
    loadAfter: load(),
  }
  if (json) {
    const checked = rows.map((row) =>
      'samples' in row ? { ...row, keepsTarget: keepsTarget(row) ?? null, timesFloor: timesFloor(row) ?? null } : row,
    )
    console.log(JSON.stringify({ machine, rows: checked }, undefined, 2))
    return
  }
  const loads = `load ${machine.loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after`
  console.log(`\nNode ${machine.node}, ${machine.cores} x ${machine.cpu}, ${loads}\n`)
  console.log(tableOf(rows))
}

let wanted: Wanted
try {
  wanted = wantedOf(process.argv.slice(2))
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(EXIT_WRONG_USE)
}
const loadBefore = load()
print(await measureAll(wanted.names), loadBefore, wanted.json)
