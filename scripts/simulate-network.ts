/**
 * Networks of a room on a simulated one, larger ones and with more seeds than the tests have time for:
 * `node scripts/simulate-network.ts [TRIAL…] [--seeds FROM-TO] [--nodes N] [--seconds N]`.
 *
 * Without a TRIAL, all of src/simulate/room-network/trials.ts. Each prints which seeds went as they must and which did not;
 * `--nodes` has all networks of that size, and `--seconds` ends a trial before the next seed. Fails if something is not as it
 * must be.
 */
import { parseArgs } from 'node:util'
import { TRIALS, type Outcome } from '../src/simulate/room-network/trials.ts'

const MS_PER_SECOND = 1_000
const EXIT_WRONG_USE = 2
/** Faults that are printed of a seed. */
const MAX_SHOWN = 3

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1-10' },
    nodes: { type: 'string' },
    seconds: { type: 'string', default: 'Infinity' },
  },
})
const names = positionals.length > 0 ? positionals : Object.keys(TRIALS)
const unknown = names.find((name) => !(name in TRIALS))
const [, from, to] = /^(\d+)-(\d+)$/.exec(values.seeds) ?? []
if (unknown !== undefined || from === undefined || to === undefined) {
  console.error(
    unknown === undefined
      ? `simulate-network: --seeds takes a range such as 1-10, not '${values.seeds}'`
      : `simulate-network: there is no trial '${unknown}', only ${Object.keys(TRIALS).join(', ')}`,
  )
  process.exit(EXIT_WRONG_USE)
}

/** The smallest, the one in the middle and the largest. */
function spreadOf(numbers: number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b)
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
    .map((each) => (each ?? NaN).toFixed(0))
    .join('/')
}

for (const name of names) {
  const startedMs = performance.now()
  const outcomes = new Map<number, Outcome>()
  for (let seed = Number(from); seed <= Number(to); seed++) {
    if (performance.now() - startedMs >= Number(values.seconds) * MS_PER_SECOND) break
    const outcome = TRIALS[name]?.(seed, values.nodes === undefined ? undefined : Number(values.nodes))
    if (outcome === undefined) continue
    outcomes.set(seed, outcome)
    if (outcome.faults.length > 0) {
      console.log(`${name}, seed ${seed}, ${outcome.nodes} nodes: ${outcome.faults.slice(0, MAX_SHOWN).join('; ')}`)
    }
  }
  const all = [...outcomes.values()]
  const failed = [...outcomes].filter(([, { faults }]) => faults.length > 0).map(([seed]) => seed)
  const settled = all.flatMap(({ settledMs }) => settledMs ?? [])
  const rounds = all.flatMap((each) => each.rounds ?? [])
  console.log(
    [
      `${name}: seeds ${from} to ${Number(from) + outcomes.size - 1}, ${failed.length === 0 ? 'all ok' : `not ok: ${failed.join(', ')}`}`,
      `nodes ${spreadOf(all.map(({ nodes }) => nodes))}`,
      ...(settled.length > 0 ? [`one root after ${spreadOf(settled)} ms`] : []),
      ...(rounds.length > 0
        ? [
            `rounds ${spreadOf(rounds.map(({ count }) => count))} for diameters ${spreadOf(rounds.map(({ diameter }) => diameter))}`,
          ]
        : []),
      `records a node ${spreadOf(all.map(({ recordsPerNode }) => recordsPerNode))}`,
      `bytes in an idle hour ${spreadOf(all.map(({ idleBytes }) => idleBytes))}`,
      `${((performance.now() - startedMs) / MS_PER_SECOND).toFixed(0)} s`,
    ].join('; '),
  )
  if (failed.length > 0) process.exitCode = 1
}
