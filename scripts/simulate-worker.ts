/**
 * A worker of simulate-all.ts: runs one scenario with the seeds it is sent. It runs the built code,
 * because the generated code of the protocols cannot run unbuilt.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** The result of one seed. */
export interface SeedResult {
  seed: number
  violations: string[]
  bytes: number
  /** CPU time, so that it does not depend on other work of the machine. */
  cpuMs: number
}

const BUILT = new URL('../dist/src/simulate/', import.meta.url)

const { loadScenario } = (await import(
  new URL('load-scenario.js', BUILT).href
)) as typeof import('../src/simulate/load-scenario.ts')
const { simulate } = (await import(new URL('simulate.js', BUILT).href)) as typeof import('../src/simulate/simulate.ts')

const file = String(workerData)
const scenario = await loadScenario(readFileSync(file, 'utf8'), file, file)

parentPort?.on('message', (seed: number) => {
  const before = process.threadCpuUsage()
  const { violations, traffic } = simulate(scenario, seed)
  const { user, system } = process.threadCpuUsage(before)
  const result: SeedResult = { seed, violations, bytes: traffic.bytes, cpuMs: (user + system) / 1_000 }
  parentPort?.postMessage(result)
})
