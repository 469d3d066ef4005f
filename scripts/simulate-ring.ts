/**
 * Rings on a simulated network, larger ones and with more seeds than the tests have time for:
 * `node scripts/simulate-ring.ts [TRIAL…] [--seeds FROM-TO] [--seconds N] [--sessions FILE]`.
 *
 * Without a TRIAL, all of src/simulate/ring/trials.ts. Each prints which seeds went as they must and which did not; `--seconds`
 * ends it before the next seed, so that a long range is run in parts. The trial `sizes` prints how many hops lookups take
 * at 50, 1,000 and 10,000 nodes instead. `--sessions` has the times for which nodes come and go, in seconds, one a line.
 * Fails if something is not as it must be.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lookups, ringFaults } from '../src/simulate/ring/checkers.ts'
import type { RingNetwork } from '../src/simulate/ring/network.ts'
import { joinStorm, wholeRing } from '../src/simulate/ring/scenarios.ts'
import { readSessions } from '../src/simulate/ring/sessions.ts'
import { TRIALS, type Outcome, type Trial } from '../src/simulate/ring/trials.ts'

const SIZES = 'sizes'
const LOOKUPS = 300
const MS_PER_SECOND = 1_000
const BYTES_PER_MB = 1e6
const EXIT_WRONG_USE = 2
/** Faults that are printed of a seed. */
const MAX_SHOWN = 3

interface Wanted {
  names: string[]
  from: number
  to: number
  /** For each trial. */
  forMs: number
  sessionsMs: number[]
}

function wantedOf(): Wanted {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '1-10' },
      seconds: { type: 'string', default: 'Infinity' },
      sessions: { type: 'string', default: new URL('ring-sessions.txt', import.meta.url).pathname },
    },
  })
  const known = [SIZES, ...Object.keys(TRIALS)]
  const unknown = positionals.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`there is no trial '${unknown}', only ${known.join(', ')}`)
  const [, from, to] = /^(\d+)-(\d+)$/.exec(values.seeds) ?? []
  if (from === undefined || to === undefined)
    throw new Error(`--seeds takes a range such as 1-10, not '${values.seeds}'`)
  return {
    names: positionals.length > 0 ? positionals : known,
    ...{ from: Number(from), to: Number(to), forMs: Number(values.seconds) * MS_PER_SECOND },
    sessionsMs: readSessions(readFileSync(values.sessions, 'utf8')),
  }
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

/** Whether lookups end where they must, within the hops allowed. */
function printLookups(name: string, network: RingNetwork, startedMs: number): boolean {
  const { wrong, unanswered, hops } = lookups(network, LOOKUPS)
  const nodes = network.up.length
  const allowed = 0.5 * Math.log2(nodes) + 2
  const links = mean(network.up.map((node) => node.links.size))
  const faults = ringFaults(network).length
  console.log(
    `${name} of ${nodes} nodes: ${mean(hops).toFixed(2)} hops on average (allowed ${allowed.toFixed(2)}), at most ${Math.max(...hops)};` +
      ` ${wrong} wrong, ${unanswered} unanswered of ${LOOKUPS}; ${faults} nodes with other neighbours than the next;` +
      ` ${links.toFixed(1)} links a node; ${((performance.now() - startedMs) / MS_PER_SECOND).toFixed(0)} s,` +
      ` ${(process.memoryUsage.rss() / BYTES_PER_MB).toFixed(0)} MB`,
  )
  return faults + wrong + unanswered === 0 && mean(hops) <= allowed
}

function printSizes(): boolean {
  const isRight = [50, 1_000].map((nodes) => {
    const startedMs = performance.now()
    return printLookups('a join storm', joinStorm({ seed: 1, nodes }), startedMs)
  })
  const startedMs = performance.now()
  const large = wholeRing({ seed: 1, nodes: 10_000 })
  large.run(10_000)
  isRight.push(printLookups('a ring', large, startedMs))
  return !isRight.includes(false)
}

/** Whether all seeds went as they must. */
function printTrial(name: string, trial: Trial, { from, to, forMs, sessionsMs }: Wanted): boolean {
  const startedMs = performance.now()
  const outcomes = new Map<number, Outcome>()
  for (let seed = from; seed <= to && performance.now() - startedMs < forMs; seed++) {
    const outcome = trial(seed, sessionsMs)
    outcomes.set(seed, outcome)
    const { faults, nodes } = outcome
    if (faults.length > 0)
      console.log(`${name}, seed ${seed}, ${nodes} nodes: ${faults.slice(0, MAX_SHOWN).join('; ')}`)
  }
  const failed = [...outcomes].filter(([, { faults }]) => faults.length > 0).map(([seed]) => seed)
  const all = [...outcomes.values()]
  const sum = (of: (outcome: Outcome) => number | undefined): number =>
    all.reduce((total, outcome) => total + (of(outcome) ?? 0), 0)
  const gets = sum(({ gets: each }) => each && each.found + each.missing + each.wrong)
  const found = sum(({ lookups: each }) => each && each.right + each.wrong + each.unanswered)
  console.log(
    `${name}: seeds ${from} to ${from + outcomes.size - 1}, ${failed.length === 0 ? 'all ok' : `not ok: ${failed.join(', ')}`};` +
      (gets === 0
        ? ''
        : ` of ${gets} gets ${sum((each) => each.gets?.missing)} missing, ${sum((each) => each.gets?.wrong)} wrong;`) +
      (found === 0
        ? ''
        : ` of ${found} lookups meanwhile ${sum((each) => each.lookups?.wrong)} wrong, ${sum((each) => each.lookups?.unanswered)} unanswered;`) +
      ` ${((performance.now() - startedMs) / MS_PER_SECOND).toFixed(0)} s`,
  )
  return failed.length === 0
}

let wanted: Wanted
try {
  wanted = wantedOf()
} catch (error) {
  console.error(`simulate-ring: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(EXIT_WRONG_USE)
}
const isRight = wanted.names.map((name) => {
  const trial = TRIALS[name]
  return trial === undefined ? printSizes() : printTrial(name, trial, wanted)
})
process.exitCode = isRight.includes(false) ? 1 : 0
