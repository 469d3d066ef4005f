/**
 * Every seed is the life of a room with faults; in the end all nodes agree, nothing acknowledged is
 * lost, only what a checkpoint replaces is dropped, and the network settles. KITH_SEEDS=N runs N seeds of each size, KITH_SEED=S a single one.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runRandomLife, type RandomLife } from '../../src/simulate/random-life.ts'

/** For each node of a life: several times what it takes, to allow for busy machines. */
const NODE_TIMEOUT_MS = 1_500

/** Seeds that ever failed are always run first. */
const KEPT_SEEDS = new URL('./kept-seeds.txt', import.meta.url)

const sizes: (Omit<RandomLife, 'seed'> & { seeds: number })[] = [
  { nodes: 2, writes: 30, crashes: 3, partitions: 2, seeds: 200 },
  { nodes: 3, writes: 30, crashes: 4, partitions: 2, seeds: 150 },
  { nodes: 5, writes: 30, crashes: 6, partitions: 3, seeds: 100 },
  { nodes: 20, writes: 20, crashes: 10, partitions: 3, seeds: 8 },
]

function keptSeeds(nodes: number): number[] {
  return readFileSync(KEPT_SEEDS, 'utf8')
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .flatMap(([size, seed]) => (size === nodes && seed !== undefined ? [seed] : []))
}

function seedsOf(nodes: number, count: number): number[] {
  const { KITH_SEED: one, KITH_SEEDS: many } = process.env
  if (one !== undefined) return [Number(one)]
  const fresh = Array.from({ length: Number(many ?? count) }, (_, i) => i + 1)
  return [...new Set([...keptSeeds(nodes), ...fresh])]
}

function keep(nodes: number, seed: number): void {
  if (!keptSeeds(nodes).includes(seed)) appendFileSync(KEPT_SEEDS, `${nodes} ${seed}\n`)
}

describe.each(sizes)('$nodes nodes', ({ seeds, ...life }) => {
  const lives = seedsOf(life.nodes, seeds)

  test(
    'agree in the end, have lost nothing, and settle',
    { timeout: lives.length * life.nodes * NODE_TIMEOUT_MS },
    () => {
      let allDropped = 0
      const failures = lives.flatMap((seed) => {
        const { violations, isQuiet, dropped } = runRandomLife({ ...life, seed })
        allDropped += dropped
        if (violations.length === 0 && isQuiet) return []
        keep(life.nodes, seed)
        return [
          `KITH_SEED=${seed} with ${life.nodes} nodes: ${isQuiet ? '' : 'never settles; '}${violations.slice(0, 3).join('; ')}`,
        ]
      })
      expect(failures).toEqual([])
      expect(lives.length === 1 || allDropped > 0).toBe(true)
    },
  )

  test('the same seed gives the same run', () => {
    expect(runRandomLife({ ...life, seed: 7 })).toEqual(runRandomLife({ ...life, seed: 7 }))
  })
})
