/**
 * What an honest member and the node notice of each attack in test/hostile/attacks/. A pair of nodes that nobody
 * attacks talks meanwhile: what it notices is the machine, and what the attackers' own work takes of it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import type { Conversation } from '../conversation.ts'
import { cpuSeconds, reasonForNoProc, residentBytes } from '../proc.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { KITH } from '../system.ts'
import { tableOf } from '../table.ts'

/** Before an attack and under it, of which the median counts. */
const WINDOWS = 3
/** Enough for a p99, in 4 s. */
const MESSAGES = 80
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

/** The windows of one pair: before the attack, under it, and after it. */
interface Phases {
  before: Window[]
  during: Window[]
  after: Window[]
}

/** All attacks, one after another, each on new nodes: an honest member, the node that is attacked, and another pair. */
export async function measure(bench: Bench): Promise<Row[]> {
  const reason = reasonForNoProc()
  if (reason !== undefined) return [{ name: 'hostile', skipped: reason }]
  const attacker = bench.processes.forkAttacker()
  const names = await attacker.call.names()
  await attacker.end()
  const wanted = bench.attacks(names)
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`there is no attack '${unknown}', only ${names.join(', ')}`)
  const rows: Row[] = []
  for (const name of wanted) {
    const own = await measureAttack(bench, name)
    bench.progress(`\n${tableOf(own)}\n`)
    rows.push(...own)
  }
  return rows
}

async function measureAttack(bench: Bench, name: string): Promise<Row[]> {
  const seconds = Math.round(((2 * WINDOWS + 1) * MESSAGES) / PER_SECOND + RECOVERY_MS / MS_PER_SECOND)
  bench.progress(`hostile: ${name}, ${seconds} s`)
  const talks = await Promise.all([conversation(bench.processes, KITH), conversation(bench.processes, KITH)])
  await Promise.all(talks.map((talk) => talk.run(WARM_UP_MESSAGES, PER_SECOND)))
  const watchBoth = async (windows: number): Promise<Window[][]> =>
    Promise.all(talks.map((talk) => watch(talk, windows)))
  const before = await watchBoth(WINDOWS)
  const attacker = bench.processes.forkAttacker()
  await attacker.call.begin(name, talks[0].listenerAddress, talks[0].room)
  await sleep(BEGIN_MS)
  const during = await watchBoth(WINDOWS)
  await attacker.call.end()
  await attacker.end()
  await sleep(RECOVERY_MS)
  const after = await watchBoth(1)
  await Promise.all(talks.map((talk) => talk.end()))
  const phasesOf = (pair: 0 | 1): Phases => ({
    before: before[pair] ?? [],
    during: during[pair] ?? [],
    after: after[pair] ?? [],
  })
  return rowsOf(name, phasesOf(0), phasesOf(1))
}

async function watch(talk: Conversation, count: number): Promise<Window[]> {
  const { pid } = talk.listener
  const windows: Window[] = []
  for (let i = 0; i < count; i++) {
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

function rowsOf(name: string, own: Phases, other: Phases): Row[] {
  const latency = (what: string, when: keyof Phases, valueOf: (window: Window) => number): Row =>
    rowOf(`${name}, ${what}`, 'ms', {
      values: own[when].map(valueOf),
      ...(when !== 'before' && {
        target: { atMost: Math.min(MAX_LATENCY_MS, MAX_TIMES_LONGER * medianOf(other[when], valueOf)) },
      }),
      floor: { name: 'untouched', values: other[when].map(valueOf) },
    })
  const added = (
    what: string,
    unit: string,
    when: keyof Phases,
    { valueOf, target }: { valueOf: (window: Window) => number; target: { atMost: number } },
  ): Row => {
    const more = (phases: Phases): number[] =>
      phases[when].map((window) => valueOf(window) - medianOf(phases.before, valueOf))
    return rowOf(`${name}, ${what}`, unit, {
      values: more(own),
      target,
      floor: { name: 'untouched', values: more(other) },
    })
  }
  const cpu = { valueOf: ({ cpuPercent }: Window) => cpuPercent, target: CPU_TARGET }
  const memory = { valueOf: ({ residentMb }: Window) => residentMb, target: MEMORY_TARGET }
  return [
    latency('p99 before', 'before', ({ p99Ms }) => p99Ms),
    latency('p50', 'during', ({ p50Ms }) => p50Ms),
    latency('p99', 'during', ({ p99Ms }) => p99Ms),
    added('CPU added', '% of a core', 'during', cpu),
    added('memory added', 'MB', 'during', memory),
    latency('p99 afterwards', 'after', ({ p99Ms }) => p99Ms),
    added('CPU added afterwards', '% of a core', 'after', cpu),
    added('memory added afterwards', 'MB', 'after', memory),
  ]
}

function medianOf(windows: readonly Window[], valueOf: (window: Window) => number): number {
  return percentile(windows.map(valueOf), 50)
}
