/** The outcome of a simulation as data: what `--json` prints, and the source of the text and the page. */
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { droppedOf } from '../store/store.ts'
import type { Life } from './life.ts'
import { atRank, type Delivery, type Recording } from './recording.ts'
import type { Scenario } from './scenario.ts'
import type { RecordType } from './traffic.ts'

/** Deliveries that are listed individually; a page with more would not be readable. */
const MAX_LISTED = 2_000

/** Points on the delivery curve. */
const CURVE_POINTS = 100

/** Times are in milliseconds since the start; nodes are given by name. */
export interface SimulationReport {
  scenario: string
  description: string
  seed: number
  nodes: string[]
  rooms: number
  durationMs: number
  /** When the network settled, or was given up. */
  endMs: number
  isAtRest: boolean
  violations: string[]
  documents: number
  /** How many of them nodes no longer have, because they need not keep them: the sum over nodes. */
  dropped: number
  delivery: DeliverySummary
  files: FileSummary
  traffic: TrafficSummary
  /** Misbehaviour that nodes counted, by code. */
  misbehaviour: Record<string, number>
  /** How many documents `to` got first from `from`. */
  edges: { from: string; to: string; documents: number }[]
  /** When each node was up, in the order of `nodes`; `null` means until the end. */
  upTimes: { fromMs: number; toMs: number | null }[][]
  /** If there are many, only the first. */
  deliveries: ReportedDelivery[]
  /** How the document that took longest to reach everyone came to each node. */
  slowest: ReportedDelivery[]
}

export interface DeliverySummary {
  /** Documents times the nodes of the room that did not write them. */
  expected: number
  delivered: number
  /** Of these, in the main phase. */
  inLife: number
  /** From writing to becoming part of a reader's room. */
  p50Ms: number
  p90Ms: number
  p99Ms: number
  maxMs: number
  /** Delivery times at equal distances of rank; the last one is the longest. */
  curveMs: number[]
}

export interface FileSummary {
  /** Files times the nodes that want them. */
  wanted: number
  /** Of these, in the main phase. */
  inLife: number
  /** Bytes of file blocks that nodes got from others, each block counted once per node. */
  neededBytes: number
  /** Bytes of file blocks that arrived, counting all copies. */
  receivedBytes: number
}

export interface TrafficSummary {
  frames: number
  bytes: number
  records: { type: RecordType; bytes: number; frames: number }[]
  /** Length of each interval in `timeline`. */
  bucketMs: number
  timeline: { fromMs: number; bytes: Partial<Record<RecordType, number>> }[]
}

export interface ReportedDelivery {
  document: DocumentId
  kind: string
  author: string
  from: string
  to: string
  record: RecordType
  writtenMs: number
  sentMs: number
  arrivedMs: number
}

/** Summarises a life that is over. */
export function reportOf(
  scenario: Scenario,
  seed: number,
  life: Life,
  outcome: { isAtRest: boolean; violations: string[] },
): SimulationReport {
  const { network, recording } = life
  const describe = describer(scenario, recording)
  return {
    scenario: scenario.name,
    description: scenario.description,
    seed,
    nodes: scenario.nodes.map(({ name }) => name),
    rooms: life.rooms.length,
    durationMs: scenario.durationMs,
    endMs: recording.elapsedMs,
    ...outcome,
    documents: recording.documents.length,
    dropped: droppedIn(life),
    delivery: deliverySummary(scenario, life),
    files: { ...life.files.totals(), receivedBytes: recording.fileBytes },
    traffic: trafficSummary(network.frames, network.sentBytes, recording),
    misbehaviour: sortedObject(network.misbehaviour),
    edges: edgesOf(scenario, recording.deliveries),
    upTimes: recording.upTimes.map((times) =>
      times.map(({ fromMs, toMs }) => ({ fromMs, toMs: Number.isFinite(toMs) ? toMs : null })),
    ),
    deliveries: recording.deliveries.slice(0, MAX_LISTED).map(describe),
    slowest: slowestOf(recording).map(describe),
  }
}

function describer({ nodes }: Scenario, { documents }: Recording): (delivery: Delivery) => ReportedDelivery {
  const nameOf = (node: number): string => nodes[node]?.name ?? ''
  return ({ document, from, to, record, sentMs, arrivedMs }) => {
    const written = documents[document]
    if (written === undefined) throw new RangeError(`there is no document ${document}`)
    const { id, kind, author, writtenMs } = written
    const names = { author: nameOf(author), from: nameOf(from), to: nameOf(to) }
    return { document: id, kind, ...names, record, writtenMs, sentMs, arrivedMs }
  }
}

function deliverySummary({ durationMs }: Scenario, { recording, expectedDeliveries }: Life): DeliverySummary {
  const { deliveries } = recording
  const times = recording.deliveryTimesMs()
  const at = (part: number): number => atRank(times, part)
  return {
    expected: expectedDeliveries,
    delivered: deliveries.length,
    inLife: deliveries.filter(({ arrivedMs }) => arrivedMs <= durationMs).length,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    maxMs: at(1),
    curveMs: Array.from({ length: CURVE_POINTS }, (_, i) => at((i + 1) / CURVE_POINTS)),
  }
}

function droppedIn({ rooms }: Life): number {
  const records = rooms.flatMap(({ id, nodes }) => nodes.map(({ machine }) => machine.rooms.get(id)?.record))
  return records.reduce((sum, record) => sum + (record === undefined ? 0 : droppedOf(record)), 0)
}

function trafficSummary(frames: number, bytes: number, recording: Recording): TrafficSummary {
  const { bytesByRecord, framesByRecord, timeline, bucketMs } = recording
  return {
    frames,
    bytes,
    records: [...bytesByRecord]
      .map(([type, sizeBytes]) => ({ type, bytes: sizeBytes, frames: framesByRecord.get(type) ?? 0 }))
      .sort((a, b) => b.bytes - a.bytes || (a.type < b.type ? -1 : 1)),
    bucketMs,
    timeline: [...timeline].map(([bucket, sizes]) => ({
      fromMs: bucket * bucketMs,
      bytes: sortedObject(sizes),
    })),
  }
}

function edgesOf({ nodes }: Scenario, deliveries: readonly Delivery[]): SimulationReport['edges'] {
  const counts = new Map<number, number>()
  for (const { from, to } of deliveries) {
    const edge = from * nodes.length + to
    counts.set(edge, (counts.get(edge) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([edge, documents]) => ({
      from: nodes[Math.floor(edge / nodes.length)]?.name ?? '',
      to: nodes[edge % nodes.length]?.name ?? '',
      documents,
    }))
}

/** All deliveries of the document that took longest to reach its last node; empty if there are none. */
function slowestOf({ deliveries, documents }: Recording): Delivery[] {
  let slowest: Delivery | undefined
  let slowestMs = -1
  for (const delivery of deliveries) {
    const tookMs = delivery.arrivedMs - (documents[delivery.document]?.writtenMs ?? 0)
    if (tookMs <= slowestMs) continue
    slowest = delivery
    slowestMs = tookMs
  }
  return deliveries.filter(({ document }) => document === slowest?.document)
}

function sortedObject<Key extends string>(entries: ReadonlyMap<Key, number>): Record<Key, number> {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted) as Record<Key, number>
}
