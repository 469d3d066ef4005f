/**
 * Measures the page in headless Chromium, and prints a table, or with `--json` the same in that form. `--only NAME,NAME`
 * runs some cases, `--runs N` changes how often each figure is measured, of which the median counts. As it has the browser
 * beside the nodes, other work on the machine affects every figure even more than those of `npm run bench`.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench } from './bench/bench.ts'
import { Processes } from './bench/processes.ts'
import { resultsOf } from './bench/results.ts'
import type { Row } from './bench/row.ts'
import { KITH } from './bench/system.ts'
import { tableOf } from './bench/table.ts'
import { measureWeb, webCaseNames } from './bench/web/cases.ts'

const RUNS = 5

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: webCaseNames.join(',') },
    runs: { type: 'string', default: String(RUNS) },
    json: { type: 'boolean', default: false },
  },
})
const names = values.only.split(',')
const runs = Number(values.runs)
const unknown = names.find((name) => !webCaseNames.includes(name))
if (unknown !== undefined || !Number.isInteger(runs) || runs < 1) {
  console.error(`bench:web: --only takes some of ${webCaseNames.join(', ')}, --runs a positive integer`)
  process.exit(2)
}

const processes = new Processes()
const load = (): string => (loadavg()[0] ?? 0).toFixed(1)
const loadBefore = load()
const bench: Bench = {
  ...{ processes, systems: [KITH], mergingSystems: [KITH], runs, sizes: (own) => own, attacks: (all) => all },
  progress: (text) => console.error(`bench:web: ${text}`),
}
let rows: Map<string, Row[]>
try {
  rows = await measureWeb(bench, names)
} finally {
  await processes.end()
}
if (values.json) {
  console.log(
    JSON.stringify(
      [...rows].flatMap(([name, some]) => resultsOf(name, some)),
      undefined,
      2,
    ),
  )
} else {
  const [cpu] = cpus()
  console.log(
    `\nNode ${process.version}, ${cpus().length} x ${cpu?.model}, load ${loadBefore} before, ${load()} after\n`,
  )
  console.log(tableOf([...rows.values()].flat()))
}
