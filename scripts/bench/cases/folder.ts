/** What a folder of many small files costs: adding it, beside a copy with one flush, and fetching it, beside one file of its size. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { sharedNowMs } from '../clock.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'

const SIZES = [10_000]
/** The size of much of what is text or code. */
const FILE_BYTES = 2 * 1024
const FILES_PER_FOLDER = 1_000

/** Relative to a copy with one flush. */
const MOST_TIMES_OF_COPY = 3
/** Relative to one file of the same size. */
const LEAST_PART = 0.5
const MOST_BLOCKED_MS = 50

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) rows.push(...(await measureSize(bench, n)))
  return rows
}

async function measureSize({ processes, progress, runs }: Bench, n: number): Promise<Row[]> {
  const added: number[] = []
  const copied: number[] = []
  const fetched: number[] = []
  const ofOneFile: number[] = []
  const addBlocks: number[] = []
  const fetchBlocks: number[] = []
  for (let run = 1; run <= runs; run++) {
    progress(`folder of ${n} small files, ${run}/${runs}`)
    const place = processes.folder()
    const folder = join(place, 'small')
    writeFolder(folder, n)
    const file = join(place, 'large')
    writeFileSync(file, randomBytes(n * FILE_BYTES))
    copied.push(copyMs(folder, join(place, 'copy')))

    const holder = processes.forkNode()
    const address = await holder.call.start(processes.folder())
    const room = await holder.call.create()
    await holder.call.watchBlocking()
    const small = await holder.call.addFile(room, folder)
    added.push(small.elapsedMs)
    addBlocks.push(await holder.call.longestBlockMs())
    const large = await holder.call.addFile(room, file)

    const fetcher = processes.forkNode()
    await fetcher.call.start(processes.folder())
    await fetcher.call.meet(room, [address])
    await Promise.all([holder.call.watchBlocking(), fetcher.call.watchBlocking()])
    fetched.push((await fetcher.call.fetch(room, small.file)).elapsedMs)
    fetchBlocks.push(Math.max(await holder.call.longestBlockMs(), await fetcher.call.longestBlockMs()))
    ofOneFile.push((await fetcher.call.fetch(room, large.file)).elapsedMs)
    await Promise.all([holder.end(), fetcher.end()])
  }
  const timesOfCopy = added.map((value, run) => value / (copied[run] ?? 0))
  const parts = fetched.map((value, run) => (ofOneFile[run] ?? 0) / value)
  return [
    rowOf('n small files, added', 'ms', { n, values: added, floor: { name: 'copy, one flush', values: copied } }),
    rowOf('of a copy with one flush', 'times', { n, values: timesOfCopy, target: { atMost: MOST_TIMES_OF_COPY } }),
    rowOf('adding them, longest block', 'ms', { n, values: addBlocks, target: { atMost: MOST_BLOCKED_MS } }),
    rowOf('n small files, fetched', 'ms', { n, values: fetched, floor: { name: 'one file', values: ofOneFile } }),
    rowOf('of the speed of one file', 'of 1', { n, values: parts, target: { atLeast: LEAST_PART } }),
    rowOf('fetching them, longest block', 'ms', { n, values: fetchBlocks, target: { atMost: MOST_BLOCKED_MS } }),
  ]
}

function writeFolder(folder: string, files: number): void {
  for (let file = 0; file < files; file++) {
    const within = join(folder, String(Math.floor(file / FILES_PER_FOLDER)))
    mkdirSync(within, { recursive: true })
    writeFileSync(join(within, `${file}.txt`), randomBytes(FILE_BYTES))
  }
  flush(folder)
}

function copyMs(from: string, to: string): number {
  const startedMs = sharedNowMs()
  cpSync(from, to, { recursive: true })
  flush(to)
  return sharedNowMs() - startedMs
}

/** All that waits to be written to the file system of a folder. */
function flush(folder: string): void {
  execFileSync('sync', ['-f', folder])
}
