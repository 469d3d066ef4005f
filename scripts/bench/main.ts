/**
 * Measures what has performance targets and prints a table, or with `--json` or `--markdown`, the same in that
 * form; `--svg FILE` also draws how figures grow with n. `--only NAME,NAME` runs some cases, and `--attack NAME,NAME` some
 * of the attacks of `hostile`. `--peers` measures other systems beside Kith (and installs them first), `--runs` and
 * `--n` make a run quicker. Other work on the machine affects every figure: compare them with the floors and the peers,
 * which are measured in the same run.
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { caseNames, loadCase } from './cases.ts'
import { chartOf } from './chart.ts'
import { markdownOf } from './markdown.ts'
import { Processes } from './processes.ts'
import { resultsOf } from './results.ts'
import type { Row } from './row.ts'
import { installPeers, KITH, MERGING_PEERS, PEERS } from './system.ts'
import { tableOf } from './table.ts'

const RUNS = 5
const EXIT_WRONG_USE = 2

type Form = 'table' | 'json' | 'markdown'

interface Wanted {
  names: string[]
  /** Instead of all attacks. */
  attacks: string[] | undefined
  form: Form
  /** Where the chart is written to. */
  svg: string | undefined
  peers: boolean
  runs: number
  /** Instead of the sizes of each case. */
  sizes: number[] | undefined
}

function wantedOf(argv: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      attack: { type: 'string' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      svg: { type: 'string' },
      peers: { type: 'boolean', default: false },
      runs: { type: 'string', default: String(RUNS) },
      n: { type: 'string' },
    },
  })
  const all = caseNames()
  const names = values.only?.split(',') ?? all
  const unknown = names.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`there is no case '${unknown}', only ${all.join(', ')}`)
  const sizes = values.n?.split(',').map((size) => positiveInteger('n', size))
  return {
    names,
    attacks: values.attack?.split(','),
    form: values.json ? 'json' : values.markdown ? 'markdown' : 'table',
    svg: values.svg,
    peers: values.peers,
    runs: positiveInteger('runs', values.runs),
    sizes,
  }
}

function positiveInteger(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} takes positive integers, not '${text}'`)
  return number
}

/** Processes that ran or waited to run in the last minute: how busy the machine was. */
function load(): number {
  return loadavg()[0] ?? 0
}

function progress(text: string): void {
  console.error(`bench: ${text}`)
}

/** The rows of each case, by its name. */
async function measureAll({ names, attacks, peers, runs, sizes }: Wanted): Promise<Map<string, Row[]>> {
  if (peers) installPeers()
  const processes = new Processes()
  const bench: Bench = {
    processes,
    systems: [KITH, ...(peers ? PEERS : [])],
    mergingSystems: [KITH, ...(peers ? MERGING_PEERS : [])],
    runs,
    sizes: (own) => sizes ?? own,
    attacks: (all) => attacks ?? all,
    progress,
  }
  const rows = new Map<string, Row[]>()
  try {
    for (const name of names) {
      const measure = await loadCase(name)
      rows.set(name, await measure(bench))
    }
  } finally {
    await processes.end()
  }
  return rows
}

function print(rows: ReadonlyMap<string, readonly Row[]>, loadBefore: number, { form, svg }: Wanted): void {
  const [cpu] = cpus()
  const loads = `load ${loadBefore.toFixed(1)} before, ${load().toFixed(1)} after`
  const machine = `Node ${process.version}, ${cpus().length} x ${cpu?.model ?? 'unknown'}, ${loads}`
  const results = [...rows].flatMap(([name, some]) => resultsOf(name, some))
  if (svg !== undefined) writeFileSync(svg, chartOf(results))
  if (form === 'table') {
    console.log(`\n${machine}\n`)
    console.log(tableOf([...rows.values()].flat()))
  } else {
    progress(machine)
    console.log(form === 'json' ? JSON.stringify(results, undefined, 2) : markdownOf(results))
  }
}

let wanted: Wanted
try {
  wanted = wantedOf(process.argv.slice(2))
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(EXIT_WRONG_USE)
}
const loadBefore = load()
print(await measureAll(wanted), loadBefore, wanted)
