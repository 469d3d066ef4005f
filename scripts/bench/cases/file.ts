/** How fast files arrive from one peer and from several, what sealing them costs, and what outstanding wants cost. */
import { randomBytes, randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { Bench } from '../bench.ts'
import type { FileWorker } from '../file-worker.ts'
import type { NodeWorker } from '../node-worker.ts'
import type { Worker } from '../processes.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const MIB = 1024 * 1024
const BYTES_PER_MB = 1_000_000
const MS_PER_SECOND = 1_000
/** The large file, in MiB. */
const SIZES = [1024]
/** A file that several hold is smaller, as each of them has to get it first. */
const SHARED_PART = 1 / 4
const HOLDERS = 3
/** Relative to a bare stream. */
const LEAST_PART = 0.6
const MOST_GROWN_MB = 100
/** Sealed, relative to not sealed, without a network: each byte is hashed once more, and enciphered. */
const LEAST_SEALED_PART = 0.4
const WANTED = 100_000
const FEW_WANTED = 10_000
/**
 * How much more one of many may cost than one of few: at ten times the number, quadratic cost would make it
 * ten times.
 */
const MOST_TIMES_OF_FEW = 3

const BUILT_COSTS = new URL('../../../dist/src/simulate/sync-costs.js', import.meta.url)

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const mebibytes of bench.sizes(SIZES)) {
    rows.push(...(await measureOneHolder(bench, mebibytes)))
    rows.push(...(await measureHolders(bench, Math.ceil(mebibytes * SHARED_PART))))
    rows.push(...(await measureSealed(bench, Math.ceil(mebibytes * SHARED_PART))))
  }
  return [...rows, ...(await measureWants(bench)), ...(await measureRepair(bench))]
}

/** A large file between two nodes, compared with the same bytes on a bare stream. */
async function measureOneHolder(bench: Bench, n: number): Promise<Row[]> {
  const { processes, progress, runs } = bench
  const sizeBytes = n * MIB
  progress(`files: adding ${n} MiB`)
  const holder = await startHolder(bench)
  const path = join(processes.folder(), 'large.bin')
  writeRandomFile(path, sizeBytes)
  const { file } = await holder.worker.call.addFile(holder.room, path)
  const rates: number[] = []
  const bare: number[] = []
  const grown: number[] = []
  for (let run = 1; run <= runs; run++) {
    progress(`files: from one holder ${run}/${runs}`)
    const { elapsedMs, grownBytes } = await fetchFrom(bench, holder.room, file, [holder.address])
    rates.push(rate(sizeBytes, elapsedMs))
    grown.push(grownBytes / BYTES_PER_MB)
    const receiver = processes.forkFloor()
    const sender = processes.forkFloor()
    bare.push(rate(sizeBytes, await sender.call.stream(await receiver.call.listenAndCount(sizeBytes), sizeBytes)))
    await Promise.all([receiver.end(), sender.end()])
  }
  await holder.worker.end()
  const parts = rates.map((value, run) => value / (bare[run] ?? Infinity))
  return [
    rowOf('a file of n MiB', 'MB/s', { n, values: rates, floor: { name: 'bare stream', values: bare } }),
    rowOf('part of what a bare stream moves', 'of 1', { n, values: parts, target: { atLeast: LEAST_PART } }),
    rowOf('memory grown by it', 'MB', { n, values: grown, target: { atMost: MOST_GROWN_MB } }),
  ]
}

/** The same file from one holder and from several, in turn. */
async function measureHolders(bench: Bench, n: number): Promise<Row[]> {
  const { processes, progress, runs } = bench
  const sizeBytes = n * MIB
  progress(`files: giving ${n} MiB to ${HOLDERS} holders`)
  const first = await startHolder(bench)
  const path = join(processes.folder(), 'shared.bin')
  writeRandomFile(path, sizeBytes)
  const { file } = await first.worker.call.addFile(first.room, path)
  const holders = [first]
  while (holders.length < HOLDERS) {
    const worker = processes.forkNode()
    const address = await worker.call.start(processes.folder())
    await worker.call.meet(first.room, [first.address])
    await worker.call.fetch(first.room, file)
    holders.push({ worker, address, room: first.room })
  }
  const ofOne: number[] = []
  const ofAll: number[] = []
  for (let run = 1; run <= runs; run++) {
    progress(`files: from one and from ${HOLDERS} holders ${run}/${runs}`)
    const one = await fetchFrom(bench, first.room, file, [first.address])
    ofOne.push(rate(sizeBytes, one.elapsedMs))
    const addresses = holders.map(({ address }) => address)
    const all = await fetchFrom(bench, first.room, file, addresses)
    ofAll.push(rate(sizeBytes, all.elapsedMs))
  }
  await Promise.all(holders.map(({ worker }) => worker.end()))
  return [
    rowOf(`n MiB from ${HOLDERS} holders`, 'MB/s', { n, values: ofAll, floor: { name: 'from one', values: ofOne } }),
    rowOf(`${HOLDERS} holders, of the rate from one`, 'of 1', {
      n,
      values: ofAll.map((value, run) => value / (ofOne[run] ?? Infinity)),
      // All share the cores of this machine, and hence the noise.
      target: { atLeast: 0.95 },
    }),
  ]
}

/** A file that is sealed when it is added and opened when it is saved, and one that is not, in turn. */
async function measureSealed({ processes, progress, runs }: Bench, n: number): Promise<Row[]> {
  const sizeBytes = n * MIB
  const path = join(processes.folder(), 'private.bin')
  writeRandomFile(path, sizeBytes)
  const took: Record<'sealed' | 'open', Awaited<ReturnType<FileWorker['addAndSave']>>[]> = { sealed: [], open: [] }
  for (let run = 1; run <= runs; run++) {
    progress(`files: sealing ${n} MiB ${run}/${runs}`)
    for (const way of ['open', 'sealed'] as const) {
      const worker = processes.forkFiles()
      took[way].push(await worker.call.addAndSave(processes.folder(), path, way === 'sealed'))
      await worker.end()
    }
  }
  const rows = (name: string, what: 'addedMs' | 'savedMs'): Row[] => {
    const [sealed, open] = [took.sealed, took.open].map((all) => all.map((each) => rate(sizeBytes, each[what])))
    if (sealed === undefined || open === undefined) return []
    const parts = sealed.map((value, run) => value / (open[run] ?? Infinity))
    return [
      rowOf(`n MiB sealed and ${name}`, 'MB/s', { n, values: sealed, floor: { name: 'not sealed', values: open } }),
      rowOf(`sealed and ${name}, of the rate without`, 'of 1', {
        ...{ n, values: parts, target: { atLeast: LEAST_SEALED_PART } },
      }),
    ]
  }
  const grown = took.sealed.map(({ grownBytes }) => grownBytes / BYTES_PER_MB)
  return [
    ...[...rows('added', 'addedMs'), ...rows('saved', 'savedMs')],
    rowOf('memory grown by sealing', 'MB', { n, values: grown, target: { atMost: MOST_GROWN_MB } }),
  ]
}

/** Many wants for blocks that nobody has. */
async function measureWants(bench: Bench): Promise<Row[]> {
  const { progress } = bench
  progress(`files: asking for ${WANTED} blocks that nobody has`)
  const asker = await startHolder(bench)
  const few = await asker.worker.call.want(asker.room, randomIds(FEW_WANTED))
  const many = await asker.worker.call.want(asker.room, randomIds(WANTED - FEW_WANTED))
  await asker.worker.end()
  const timesOfFew = many.elapsedMs / (WANTED - FEW_WANTED) / (few.elapsedMs / FEW_WANTED)
  return [
    rowOf(`memory of ${WANTED} wanted blocks`, 'MB', {
      values: [(few.grownBytes + many.grownBytes) / BYTES_PER_MB],
      target: { atMost: MOST_GROWN_MB },
    }),
    rowOf(`one of ${WANTED} wanted, of one of ${FEW_WANTED}`, 'times', {
      values: [timesOfFew],
      target: { atMost: MOST_TIMES_OF_FEW },
    }),
  ]
}

async function measureRepair({ progress }: Bench): Promise<Row[]> {
  progress('files: a missing parent')
  const costs = (await import(BUILT_COSTS.href)) as typeof import('../../../src/simulate/sync-costs.ts')
  const roundTrips = costs.costOfMissingParent().roundTrips
  return [rowOf('a missing parent repaired', 'round trips', { values: [roundTrips], target: { atMost: 3 } })]
}

async function startHolder({ processes }: Bench): Promise<Holder> {
  const worker = processes.forkNode()
  const address = await worker.call.start(processes.folder())
  return { worker, address, room: await worker.call.create() }
}

interface Holder {
  worker: Worker<NodeWorker>
  address: string
  room: string
}

async function fetchFrom(
  { processes }: Bench,
  room: string,
  file: string,
  addresses: string[],
): Promise<{ elapsedMs: number; grownBytes: number }> {
  const fetcher = processes.forkNode()
  await fetcher.call.start(processes.folder())
  await fetcher.call.meet(room, addresses)
  const fetched = await fetcher.call.fetch(room, file)
  await fetcher.end()
  return fetched
}

function rate(sizeBytes: number, elapsedMs: number): number {
  return sizeBytes / BYTES_PER_MB / (elapsedMs / MS_PER_SECOND)
}

function writeRandomFile(path: string, sizeBytes: number): void {
  const file = openSync(path, 'w')
  const part = Buffer.alloc(MIB)
  for (let written = 0; written < sizeBytes; written += MIB) writeSync(file, randomFillSync(part))
  closeSync(file)
}

function randomIds(count: number): string[] {
  return Array.from({ length: count }, () => blockIdOf('raw', randomBytes(16)))
}
