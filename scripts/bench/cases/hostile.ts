/** What an honest member and the node notice of each attack in test/hostile/attacks/. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import type { Conversation } from '../conversation.ts'
import { cpuSeconds, reasonForNoProc, residentBytes } from '../proc.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { KITH } from '../system.ts'

/** Of each kind: before, under attack, and after it. */
const WINDOWS = 3
const MESSAGES = 100
const PER_SECOND = 20
const WARM_UP_MESSAGES = 40
/** An attack needs some time to connect. */
const BEGIN_MS = 1_000
/** By then everything is back to normal. */
const RECOVERY_MS = 10_000
const MS_PER_SECOND = 1_000
const BYTES_PER_MB = 1e6
const PERCENT = 100

const MAX_LATENCY_MS = 1_000
/** A message under attack may take this many times as long as one without it. */
const MAX_TIMES_LONGER = 5
const CPU_TARGET = { atMost: 50 }
const MEMORY_TARGET = { atMost: 60 }

/** What one window of messages showed. */
interface Window {
  p50Ms: number
  p99Ms: number
  /** Of one core, in percent. */
  cpuPercent: number
  residentMb: number
}

/** All attacks, one after another, each on two new nodes: an honest member, and the node that is attacked. */
export async function measure(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'hostile', skipped: reason }]
  const attacker = bench.processes.forkAttacker()
  const names = await attacker.call.names()
  await attacker.end()
  const rows: Row[] = []
  for (const name of names) rows.push(...(await measureAttack(bench, name)))
  return rows
}

async function measureAttack(bench: Bench, name: string): Promise<Row[]> {
  const seconds = Math.round((3 * WINDOWS * MESSAGES) / PER_SECOND + RECOVERY_MS / MS_PER_SECOND)
  bench.progress(`hostile: ${name}, ${seconds} s`)
  const talk = await conversation(bench.processes, KITH)
  await talk.run(WARM_UP_MESSAGES, PER_SECOND)
  const before = await watch(talk)
  const attacker = bench.processes.forkAttacker()
  await attacker.call.begin(name, talk.listenerAddress, talk.room)
  await sleep(BEGIN_MS)
  const during = await watch(talk)
  await attacker.call.end()
  await attacker.end()
  await sleep(RECOVERY_MS)
  const after = await watch(talk)
  await talk.end()
  return rowsOf(name, before, during, after)
}

async function watch(talk: Conversation): Promise<Window[]> {
  const { pid } = talk.listener
  const windows: Window[] = []
  for (let i = 0; i < WINDOWS; i++) {
    const startedMs = performance.now()
    const usedBefore = cpuSeconds(pid)
    const latenciesMs = await talk.run(MESSAGES, PER_SECOND)
    const elapsedSeconds = (performance.now() - startedMs) / MS_PER_SECOND
    windows.push({
      p50Ms: percentile(latenciesMs, 50),
      p99Ms: percentile(latenciesMs, 99),
      cpuPercent: ((cpuSeconds(pid) - usedBefore) / elapsedSeconds) * PERCENT,
      residentMb: residentBytes(pid) / BYTES_PER_MB,
    })
  }
  return windows
}

function rowsOf(name: string, before: Window[], during: Window[], after: Window[]): Row[] {
  const cpuBefore = medianOf(before, ({ cpuPercent }) => cpuPercent)
  const memoryBefore = medianOf(before, ({ residentMb }) => residentMb)
  const latency = (what: string, windows: Window[], valueOf: (window: Window) => number): Row =>
    rowOf(`${name}, ${what}`, 'ms', {
      values: windows.map(valueOf),
      target: { atMost: Math.min(MAX_LATENCY_MS, MAX_TIMES_LONGER * medianOf(before, valueOf)) },
      floor: { name: 'without it', values: before.map(valueOf) },
    })
  const cpu = (what: string, windows: Window[]): Row =>
    rowOf(`${name}, ${what}`, '% of a core', {
      values: windows.map(({ cpuPercent }) => cpuPercent - cpuBefore),
      target: CPU_TARGET,
    })
  const memory = (what: string, windows: Window[]): Row =>
    rowOf(`${name}, ${what}`, 'MB', {
      values: windows.map(({ residentMb }) => residentMb - memoryBefore),
      target: MEMORY_TARGET,
    })
  return [
    latency('p50', during, ({ p50Ms }) => p50Ms),
    latency('p99', during, ({ p99Ms }) => p99Ms),
    cpu('CPU added', during),
    memory('memory added', during),
    latency('p99 afterwards', after, ({ p99Ms }) => p99Ms),
    cpu('CPU added afterwards', after),
    memory('memory added afterwards', after),
  ]
}

function medianOf(windows: readonly Window[], valueOf: (window: Window) => number): number {
  return percentile(windows.map(valueOf), 50)
}
