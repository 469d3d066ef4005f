/** Records the events on a simulated network: who got what, from whom and when, and what was sent. */
import type { Document } from '../../protocols/document/document.ts'
import { codecOf } from '../../protocols/wire/block-ids.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { Interval } from './scenario.ts'
import type { Arrival, NetworkObserver, RecordType, TrafficSizes, WireRecord } from './traffic.ts'

/** Intervals of the run for which traffic is summed up: as many as a chart can show. */
const BUCKETS_IN_LIFE = 60

export interface RecordedDocument {
  id: DocumentId
  /** Number of the node that wrote it. */
  author: number
  kind: string
  writtenMs: number
}

/** A document became part of a node's room for the first time; times count from the start of the simulation. */
export interface Delivery {
  /** Index in the list of documents. */
  document: number
  from: number
  to: number
  record: RecordType
  sentMs: number
  arrivedMs: number
}

export class Recording implements NetworkObserver {
  readonly documents: RecordedDocument[] = []
  /** In order of time. */
  readonly deliveries: Delivery[] = []
  readonly bytesByRecord = new Map<RecordType, number>()
  readonly framesByRecord = new Map<RecordType, number>()
  /** Bytes by record type in each interval of `bucketMs`; intervals in which nothing was sent are omitted. */
  readonly timeline = new Map<number, Map<RecordType, number>>()
  readonly bucketMs: number
  /** When each node was up. */
  readonly upTimes: Interval[][]
  /** Pairs of nodes that were linked, the lower number first. */
  readonly linked = new Set<string>()
  /** Bytes of file blocks that arrived, counting all copies. */
  fileBytes = 0
  readonly #numbers = new Map<DocumentId, number>()
  readonly #startMs: number
  readonly #nowMs: () => number

  constructor(nodes: number, durationMs: number, nowMs: () => number) {
    this.bucketMs = Math.max(1, Math.ceil(durationMs / BUCKETS_IN_LIFE))
    this.upTimes = Array.from({ length: nodes }, () => [])
    this.#nowMs = nowMs
    this.#startMs = nowMs()
  }

  /** Since the start of the simulation. */
  get elapsedMs(): number {
    return this.#nowMs() - this.#startMs
  }

  sent(sizes: TrafficSizes): void {
    const bucket = Math.floor(this.elapsedMs / this.bucketMs)
    const inBucket = this.timeline.get(bucket) ?? new Map<RecordType, number>()
    this.timeline.set(bucket, inBucket)
    for (const [record, sizeBytes] of sizes) {
      add(this.bytesByRecord, record, sizeBytes)
      add(this.framesByRecord, record, 1)
      add(inBucket, record, sizeBytes)
    }
  }

  received(_node: SimulatedNode, records: readonly WireRecord[]): void {
    for (const record of records) {
      if (record.type === 'block' && codecOf(record.id) !== 'dag-cbor') this.fileBytes += record.data.length
    }
  }

  delivered(node: SimulatedNode, { id, kind }: Document, arrival: Arrival | undefined): void {
    const number = this.#numbers.get(id)
    if (number === undefined) {
      this.#numbers.set(id, this.documents.length)
      this.documents.push({ id, kind, author: node.index, writtenMs: this.elapsedMs })
    } else if (arrival !== undefined) {
      const { from, sentMs, record } = arrival
      this.deliveries.push({
        document: number,
        from: from.index,
        to: node.index,
        record,
        sentMs: sentMs - this.#startMs,
        arrivedMs: this.elapsedMs,
      })
    }
  }

  /** From writing to becoming part of a reader's room, the shortest first. */
  deliveryTimesMs(): Float64Array {
    return Float64Array.from(this.deliveries, ({ document, arrivedMs }) => {
      return arrivedMs - (this.documents[document]?.writtenMs ?? 0)
    }).sort()
  }

  linkedUp(a: SimulatedNode, b: SimulatedNode): void {
    this.linked.add(`${Math.min(a.index, b.index)}-${Math.max(a.index, b.index)}`)
  }

  started(node: SimulatedNode): void {
    this.upTimes[node.index]?.push({ fromMs: this.elapsedMs, toMs: Infinity })
  }

  stopped(node: SimulatedNode): void {
    const last = this.upTimes[node.index]?.at(-1)
    if (last !== undefined) last.toMs = this.elapsedMs
  }
}

function add<Key>(sums: Map<Key, number>, key: Key, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}

/** The value that a fraction of some sorted times does not exceed; 0 if there are none. */
export function atRank(times: Float64Array, part: number): number {
  return times[Math.max(0, Math.ceil(part * times.length) - 1)] ?? 0
}
