/**
 * Rings on a simulated network, larger ones and with more seeds than the tests have time for:
 * `node scripts/simulate-ring.ts [SEEDS]`. Prints how many hops lookups take at 50, 1,000 and 10,000 nodes, and what came
 * of seeds 1 to SEEDS (default 10) of a ring of which half leaves within an hour. Fails if something is not as it must be.
 */
import { copiesOf, itemFaults, lookups, ringFaults } from '../src/simulate/ring/checkers.ts'
import { getOverTime, joinStorm, leaveOverTime, putItems, wholeRing } from '../src/simulate/ring/scenarios.ts'
import type { RingNetwork } from '../src/simulate/ring/network.ts'

const HOUR_MS = 3_600_000
const REST_MS = 1_800_000
const LOOKUPS = 300
const seeds = Number(process.argv[2] ?? 10)
let hasFailed = false

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

function printLookups(network: RingNetwork, startedMs: number): void {
  const { wrong, unanswered, hops } = lookups(network, LOOKUPS)
  const nodes = network.up.length
  const allowed = 0.5 * Math.log2(nodes) + 2
  const links = mean(network.up.map((node) => node.links.size))
  if (wrong > 0 || unanswered > 0 || mean(hops) > allowed) hasFailed = true
  console.log(
    `${nodes} nodes: ${mean(hops).toFixed(2)} hops on average (allowed ${allowed.toFixed(2)}), at most ${Math.max(...hops)};` +
      ` ${wrong} wrong, ${unanswered} unanswered of ${LOOKUPS}; ${links.toFixed(1)} links a node;` +
      ` ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`,
  )
}

for (const nodes of [50, 1_000]) {
  const startedMs = performance.now()
  printLookups(joinStorm({ seed: 1, nodes }), startedMs)
}
const startedMs = performance.now()
const large = wholeRing({ seed: 1, nodes: 10_000 })
large.run(10_000)
printLookups(large, startedMs)

for (let seed = 1; seed <= seeds; seed++) {
  const network = joinStorm({ seed, nodes: 50 })
  const items = putItems(network, 200)
  leaveOverTime(network, network.up.slice(0, 25), HOUR_MS)
  const gets = getOverTime(network, [...items.keys()], { count: 2_000, overMs: HOUR_MS })
  network.run(HOUR_MS + REST_MS)
  const lost = [...items.keys()].filter((key) => copiesOf(network, key) === 0).length
  const faults =
    ringFaults(network).length +
    itemFaults(
      network,
      [...items].filter(([key]) => copiesOf(network, key) > 0),
    ).length
  if (gets.wrong > 0 || gets.missing > 2 || lost > 0 || faults > 0) hasFailed = true
  console.log(`seed ${seed}: half left in an hour: ${JSON.stringify({ put: items.size, ...gets, lost, faults })}`)
}
process.exitCode = hasFailed ? 1 : 0
