/** What it takes to find in which ids two slices of the ring differ: time to make coded symbols, and bytes of those sent. */
import { hash } from 'node:crypto'
import type { CodedSet } from '../../../protocols/ring/reconciliation/index.ts'
import type { Bench } from '../bench.ts'
import { rowOf } from '../row.ts'
import type { Row } from '../row.ts'
import { percentile } from '../statistics.ts'

const BUILT = new URL('../../../dist/protocols/ring/reconciliation/index.js', import.meta.url)
const SIZES = [100_000]
const DIFFERENCES = [1, 10, 100, 1_000, 10_000]
/** Comparisons whose bytes are counted, each with other ids that differ. */
const COMPARISONS = 200
const MOST_COMPARED = 400_000
const SYMBOLS = 150
const ID_BYTES = 32
const US_PER_MS = 1_000
const BYTES_PER_KB = 1_000
/** Beyond one and a half times the ids that differ. */
const SPARE_KB = 2

export async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const n of bench.sizes(SIZES)) {
    bench.progress(`slices: ${n} ids`)
    rows.push(...(await measureBuilding(n, bench.runs)))
    for (const different of DIFFERENCES) {
      if (different > n) continue
      bench.progress(`slices: ${n} ids in common, ${different} differ`)
      rows.push(...(await measureComparing(n, different)))
    }
  }
  return rows
}

async function measureBuilding(n: number, runs: number): Promise<Row[]> {
  const { CodedSet, encodeSymbols } = await built()
  const key = await keyOf()
  const ids = idsOf('common', n)
  const inputs = ids.map((id) => Buffer.concat([key, id]))
  const [building, hashing]: [number[], number[]] = [[], []]
  for (let run = 0; run < runs; run++) {
    building.push(
      msOf(() => {
        const set = new CodedSet(key)
        for (const id of ids) set.add(id)
        encodeSymbols(set, 0, SYMBOLS)
      }),
    )
    hashing.push(msOf(() => inputs.forEach((input) => hash('sha256', input, 'binary'))))
  }
  const perId = (times: number[]): number[] => times.map((ms) => (ms * US_PER_MS) / n)
  const floor = { name: 'SHA-256', values: perId(hashing) }
  return [rowOf(`slice built, with ${SYMBOLS} symbols`, 'µs/id', { n, values: perId(building), floor })]
}

async function measureComparing(n: number, different: number): Promise<Row[]> {
  const { CodedSet } = await built()
  const key = await keyOf()
  const sets: CodedSet[] = [new CodedSet(key), new CodedSet(key)]
  for (const id of idsOf('common', n)) for (const set of sets) set.add(id)
  const costs: { kb: number; rounds: number; ms: number }[] = []
  for (let i = 0; i < Math.min(COMPARISONS, MOST_COMPARED / different); i++) {
    const ids = idsOf(`comparison ${i}`, different)
    ids.forEach((id, index) => sets[index % 2]?.add(id))
    costs.push(await costOf(sets[0] as CodedSet, sets[1] as CodedSet, different))
    ids.forEach((id, index) => sets[index % 2]?.remove(id))
  }
  const sizes = costs.map(({ kb }) => kb)
  const mean = sizes.reduce((sum, kb) => sum + kb, 0) / sizes.length
  const title = `slice, ${different} differ`
  const target = { atMost: (1.5 * different * ID_BYTES) / BYTES_PER_KB + SPARE_KB }
  const isTarget = different <= 100
  return [
    rowOf(`${title}, mean of ${costs.length}`, 'kB', { n, values: [mean], ...(isTarget && { target }) }),
    rowOf(`${title}, 95 of 100 within`, 'kB', { n, values: [percentile(sizes, 95)], ...(isTarget && { target }) }),
    rowOf(`${title}, answers`, 'messages', { n, values: costs.map(({ rounds }) => rounds) }),
    rowOf(`${title}, both sides`, 'ms', { n, values: costs.map(({ ms }) => ms) }),
  ]
}

async function costOf(own: CodedSet, peers: CodedSet, different: number) {
  const { Decoder, decodeSymbols, encodeSymbols } = await built()
  const decoder = new Decoder(own)
  let bytes = 0
  let rounds = 0
  const ms = msOf(() => {
    while (decoder.state === 'more') {
      const symbols = encodeSymbols(peers, decoder.received, decoder.wanted)
      bytes += symbols.length
      rounds++
      decoder.take(decodeSymbols(symbols, decoder.received, decoder.peerSize))
      decoder.work(Infinity)
    }
  })
  const found = decoder.difference.here.length + decoder.difference.there.length
  if (decoder.state !== 'complete' || found !== different) throw new Error(`${decoder.state}: ${found} of ${different}`)
  return { kb: bytes / BYTES_PER_KB, rounds, ms }
}

function idsOf(name: string, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => hash('sha256', `${name} ${index}`, 'buffer'))
}

async function keyOf() {
  const { comparisonKey } = await built()
  return comparisonKey(new Uint8Array(16), new Uint8Array(16))
}

function msOf(work: () => void): number {
  const startMs = performance.now()
  work()
  return performance.now() - startMs
}

async function built(): Promise<typeof import('../../../protocols/ring/reconciliation/index.ts')> {
  return (await import(BUILT.href)) as typeof import('../../../protocols/ring/reconciliation/index.ts')
}
