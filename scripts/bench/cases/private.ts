/** What sealing costs: a private room beside an open one, a removal in a large room, many epochs, and the disk. */
import type { Bench } from '../bench.ts'
import { sharedNowMs, until, within } from '../clock.ts'
import { IN_FLIGHT } from '../history.ts'
import { atRestCost, epochsCost, removalCost, storeCost } from '../private-costs.ts'
import { rowOf, type Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { KITH } from '../system.ts'
import { inTurns } from '../turns.ts'

const SIZES = [2000]
const TIMEOUT_MS = 300_000
const PER_SECOND = 20
const TALKED = 100
const MEMBERS = 1_000
const EPOCHS = 1_000
const PER_EPOCH = 4
/** What a start begins with is sealed in every room, so the largest state shows what sealing at rest costs. */
const STATE_MIB = 5
const STORED = 20_000

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) rows.push(...(await besideOpen(bench, n)))
  const removals = Array.from({ length: bench.runs }, () => removalCost(MEMBERS))
  const atRest = Array.from({ length: bench.runs }, () => atRestCost(STATE_MIB * 1024 * 1024))
  const epochs = Array.from({ length: bench.runs }, () => epochsCost(EPOCHS, PER_EPOCH * EPOCHS))
  const stored = Array.from({ length: bench.runs }, () => {
    const [sealed, open] = [true, false].map((sealsAll) => storeCost(bench.processes.folder(), STORED, sealsAll))
    return { sealed, open }
  })
  const besideOpenStore = (name: string, cost: 'writeUs' | 'readUs'): Row => {
    const valuesOf = (kind: 'sealed' | 'open'): number[] => stored.map((costs) => costs[kind]?.[cost] ?? NaN)
    const floor = { name: 'a store that lies open', values: valuesOf('open') }
    return rowOf(name, 'µs', { n: STORED, values: valuesOf('sealed'), floor })
  }
  return [
    ...rows,
    rowOf('removal with a new key', 'ms', {
      ...{ n: MEMBERS, values: removals.map(({ elapsedMs }) => elapsedMs), target: { atMost: 150 } },
    }),
    rowOf('removal with a new key', 'bytes', {
      ...{ n: MEMBERS, values: removals.map(({ sizeBytes }) => sizeBytes), target: { atMost: 150_000 } },
    }),
    rowOf('document, in many epochs', 'ms', { n: EPOCHS, values: epochs, target: { atMost: 1 } }),
    rowOf('MiB of state sealed at rest', 'ms', { n: STATE_MIB, values: atRest.map(({ sealMs }) => sealMs) }),
    rowOf('MiB of state opened at rest', 'ms', { n: STATE_MIB, values: atRest.map(({ openMs }) => openMs) }),
    besideOpenStore('document written, all sealed at rest', 'writeUs'),
    besideOpenStore('document read, all sealed at rest', 'readUs'),
  ]
}

/** The floor is an open room. */
async function besideOpen(bench: Bench, n: number): Promise<Row[]> {
  return inTurns(
    { ...bench, systems: [KITH] },
    {
      n,
      figures: [
        { name: 'private joining, until it may write', unit: 'ms' },
        { name: 'private burst', unit: 'ms' },
        { name: 'private call to event, p50', unit: 'ms' },
        { name: 'private cold join', unit: 'ms' },
      ],
      system: () => run(bench, n, true),
      floor: { name: 'an open room', run: () => run(bench, n, false) },
    },
  )
}

async function run({ processes }: Bench, n: number, isPrivate: boolean): Promise<number[]> {
  const writer = processes.forkNode()
  const listener = processes.forkNode()
  const address = await writer.call.start(processes.folder())
  await listener.call.start(processes.folder())
  const { room, line } = await writer.call.createWith(isPrivate ? 'private' : 'open')
  await listener.call.follow(room)
  const enteredMs = sharedNowMs()
  await listener.call.enter(line, address)
  await until(TIMEOUT_MS, 'a member', async () => {
    const { status, role } = await listener.call.details(room)
    return status === 'open' && (!isPrivate || role === 'writer')
  })
  const enterMs = sharedNowMs() - enteredMs
  await writer.call.write(room, 1, 1)
  await within(TIMEOUT_MS, 'a first message', listener.call.arrivedAtMs(1))
  const startedMs = sharedNowMs()
  await writer.call.write(room, n, 1)
  const burstMs = (await within(TIMEOUT_MS, 'all messages', listener.call.arrivedAtMs(1 + n))) - startedMs
  const sent = await writer.call.talk(room, TALKED, PER_SECOND)
  await within(TIMEOUT_MS, 'all that was said', listener.call.arrivedAtMs(1 + n + TALKED))
  const arrivals = await listener.call.arrivals()
  const latencies = [...sent].map(([text, atMs]) => (arrivals.get(text) ?? Infinity) - atMs)
  await writer.call.write(room, n, IN_FLIGHT)
  const joiner = processes.forkNode()
  await joiner.call.start(processes.folder())
  await joiner.call.follow(room)
  const joinedMs = sharedNowMs()
  await joiner.call.enter(line, address)
  const all = 1 + n + TALKED + n
  const joinMs = (await within(TIMEOUT_MS, 'the history', joiner.call.arrivedAtMs(all))) - joinedMs
  await Promise.all([writer, listener, joiner].map((worker) => worker.end()))
  return [enterMs, burstMs, percentile(latencies, 50), joinMs]
}
