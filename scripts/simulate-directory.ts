/**
 * A large directory on a simulated network, all of whose nodes are connected: fills it, searches it, lets one author poison it
 * (`--poison 0`: not) and an admin remove that one. Prints what searches take, and what each node holds:
 * `node scripts/simulate-directory.ts [--entries N] [--nodes N] [--authors N] [--searches N] [--poison N] [--seed N]`.
 *
 * Signatures are marks that cost nothing. Fails if a search is wrong, takes more than 4 round trips or 40 kB.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from '../src/simulate/random.ts'
import { LargeDirectory } from '../src/simulate/directory/large-directory.ts'

/** So many of the entries, but no more than there are, are sent and searched for after the others are at their holders. */
const SENT = 2_000
const MAX_ROUNDS = 4
const MAX_BYTES = 40_000
const LIMIT = 20

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    nodes: { type: 'string', default: '100' },
    authors: { type: 'string', default: '1000' },
    searches: { type: 'string', default: '1000' },
    poison: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
})
const [entries, nodes, authors, searches, poison, seed] = (
  ['entries', 'nodes', 'authors', 'searches', 'poison', 'seed'] as const
).map((name) => Number(values[name])) as [number, number, number, number, number, number]

const startedMs = performance.now()
const seconds = (): string => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`
const grouped = (number: number): string => Math.round(number).toLocaleString('en')

const directory = new LargeDirectory({ random: seededRandom(seed), nodes, authors })
const { network, peers } = directory
const sent = Math.min(entries, SENT)
directory.begin(entries - sent)
console.log(`${grouped(entries)} entries by ${grouped(authors)} authors on ${nodes} nodes, seed ${seed}: ${seconds()}`)
directory.fill(sent)
console.log(`  the last ${grouped(sent)} were sent, ${grouped(network.sentBytes / sent)} bytes for each: ${seconds()}`)
network.settle()
const held = peers.map((peer) => network.storeOf(peer).size).sort((a, b) => a - b)
const parts = peers.map((peer) => network.storeOf(peer).nodeCount)
const copies = held.reduce((sum, count) => sum + count, 0) / entries
console.log(
  `  held by a node: ${grouped(held[0] ?? 0)} to ${grouped(held.at(-1) ?? 0)} records, ${copies.toFixed(1)} copies; ` +
    `${grouped(Math.min(...parts))} to ${grouped(Math.max(...parts))} nodes of the tree`,
)

/** Returns whether all of them are right, and cost no more than they may. */
function look(what: string): boolean {
  const all = Array.from({ length: searches }, () => directory.search(LIMIT))
  const wrong = all.filter(({ isRight, rounds, bytes }) => !isRight || rounds > MAX_ROUNDS || bytes > MAX_BYTES)
  const most = (numbers: number[]): string => grouped(Math.max(...numbers))
  const mean = (numbers: number[]): string => grouped(numbers.reduce((sum, each) => sum + each, 0) / numbers.length)
  console.log(
    `${what}: ${grouped(searches)} searches for up to ${LIMIT}, ${mean(all.map((each) => each.entries))} found; ` +
      `bytes: ${mean(all.map((each) => each.bytes))}, at most ${most(all.map((each) => each.bytes))}; ` +
      `round trips: at most ${most(all.map((each) => each.trips / 2))}; wrong: ${wrong.length}: ${seconds()}`,
  )
  for (const { prefix, ...each } of wrong.slice(0, 3))
    console.log(`  ${JSON.stringify(prefix)} ${JSON.stringify(each)}`)
  return wrong.length === 0
}

const wasRight = look('whole')
if (poison > 0) {
  const poisoner = directory.poison(poison)
  const taken = directory.recordsOf(poisoner)
  directory.remove(poisoner)
  console.log(
    `${grouped(poison)} by one author: ${grouped(taken)} records of it were taken, in all copies; ` +
      `after its removal: ${directory.recordsOf(poisoner)}: ${seconds()}`,
  )
  if (directory.recordsOf(poisoner) > 0) process.exitCode = 1
}
const isRight = poison === 0 || look('after that')
if (network.faults.length > 0) console.log(`faults: ${[...new Set(network.faults)].join(', ')}`)
if (!wasRight || !isRight || network.faults.length > 0) process.exitCode = 1
