/**
 * Seeds for tests with random input. With `KITH_FUZZ_SECONDS=N` they run that long, with new seeds;
 * `KITH_SEED=S` runs a single one.
 */
import type { Random } from '../../../protocols/wire/machine.ts'
import { randomInteger } from '../../../src/simulate/random.ts'

const { KITH_FUZZ_SECONDS: seconds, KITH_SEED: oneSeed } = process.env
const durationMs = Number(seconds ?? 0) * 1_000

/** How long a test may take. */
export const timeout = durationMs + 60_000

/** A single seed, a few fixed ones, or new ones until a share of the time is over. */
function* seeds(count: number, part: number): Generator<number> {
  if (oneSeed !== undefined) {
    yield Number(oneSeed)
    return
  }
  const first = seconds === undefined ? 1 : Date.now() % 1_000_000_000
  if (seconds !== undefined) process.stdout.write(`seeds from ${first}\n`)
  const endMs = performance.now() + part * durationMs
  for (let i = 0; seconds === undefined ? i < count : performance.now() < endMs; i++) yield first + i
}

/** Runs a function for every seed and returns their number; a failure names the seed. */
export function withSeeds(count: number, part: number, run: (seed: number) => void): number {
  let runs = 0
  for (const seed of seeds(count, part)) {
    runs++
    try {
      run(seed)
    } catch (error) {
      throw new Error(`KITH_SEED=${seed}: ${String(error)}`, { cause: error })
    }
  }
  return runs
}

/** Random bytes. */
export const someBytes = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256))

/** A copy with some bytes changed, removed or inserted. */
export function changedSomewhere(frame: Uint8Array, random: Random): Uint8Array {
  const bytes = [...frame]
  for (let changes = randomInteger(random, 1, 3); changes > 0; changes--) {
    const at = randomInteger(random, 0, Math.max(0, bytes.length - 1))
    const removed = random() < 0.3 ? randomInteger(random, 0, 4) : 1
    bytes.splice(at, removed, ...someBytes(random, random() < 0.3 ? randomInteger(random, 0, 4) : 1))
  }
  return Uint8Array.from(bytes)
}
