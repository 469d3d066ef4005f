/** Random puts and gets in the ring, and how they went. */
import { createHash } from 'node:crypto'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { KithError, type KithNode, type RingItem } from '../kith.ts'

/** Operations under way at a time. */
const MAX_AT_ONCE = 64
/** So that what is left of a load is soon gone. */
const TTL_MS = 3_600_000
/** An item that may expire while it is looked for does not count as lost. */
const EXPIRY_MARGIN_MS = 300_000
const VALUE_BYTES = 1_024
const REPORT_EVERY_MS = 250
const MS_PER_SECOND = 1_000
const US_PER_MS = 1_000
const RANGE = 2 ** 32
/** Keys that are named in the report. */
const MAX_NAMED = 10

export interface RingLoadOptions {
  ops: number
  /** The share of puts, from 0 to 1. */
  put: number
  keys: number
  perSecond: number
  /** Of the order of the operations, and of the keys. */
  seed: number
}

/** Named items have versions: a put takes the next one, and a get asks most of the places for the newest. */
export type RingLoadKind = 'put' | 'put-named' | 'get' | 'get-named'

export interface RingLoadLatencies {
  kind: RingLoadKind
  /** How many ended, and how many of these failed; the times are of the others. */
  done: number
  failed: number
  p50Ms: number
  p90Ms: number
  p99Ms: number
  maxMs: number
}

export interface RingLoadReport {
  seed: number
  ops: number
  done: number
  elapsedMs: number
  latencies: RingLoadLatencies[]
  /** Gets of what had been put, and was not found. */
  lost: number
  /** Gets of a named item that gave an older version than one whose put had ended before. */
  outdated: number
  /** Gets that gave what was never put. */
  wrong: number
  /** The keys of these, up to 10. */
  lostKeys: string[]
  /** Gets that found nothing where no put had ended. */
  absent: number
  /** What failed, by the code of the error. */
  failures: { code: string; count: number }[]
}

interface LoadKey {
  key: string
  /** What its values say, which no other key and no other seed has. */
  text: string
  isNamed: boolean
  /** Puts that were begun. */
  puts: number
  /** Of the last put that has ended, if one has: its version, or 0, and when. */
  last: { sequence: number; atMs: number } | undefined
  /** Two puts of one name at once would only contend for its next version. */
  lastPut: Promise<void>
}

interface Tally {
  latencies: RecordableHistogram
  done: number
  failed: number
}

const KINDS: readonly RingLoadKind[] = ['put', 'put-named', 'get', 'get-named']

/**
 * Puts and gets items at random keys, half of which are named ones, at a steady pace; resolves with the report once all
 * operations have ended. Throws a KithError `no-ring` or `stopped`, or the signal's reason.
 */
export async function loadRing(
  node: Pick<KithNode, 'ring' | 'peer'>,
  options: RingLoadOptions,
  onProgress: (report: RingLoadReport) => void,
  signal: AbortSignal,
): Promise<RingLoadReport> {
  const load = new RingLoad(node, options)
  const pauseMs = MS_PER_SECOND / options.perSecond
  const running = new Set<Promise<void>>()
  let reportMs = 0
  for (let begun = 0, dueMs = performance.now(); begun < options.ops; begun++) {
    if (running.size === MAX_AT_ONCE) await Promise.race(running)
    dueMs = Math.max(dueMs + pauseMs, performance.now())
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal })
    const operation = load.next().finally(() => running.delete(operation))
    running.add(operation)
    operation.catch(() => {})
    load.throwIfOver()
    if (performance.now() < reportMs) continue
    reportMs = performance.now() + REPORT_EVERY_MS
    onProgress(load.report())
  }
  await Promise.all(running)
  load.throwIfOver()
  signal.throwIfAborted()
  return load.report()
}

class RingLoad {
  readonly #node: Pick<KithNode, 'ring' | 'peer'>
  readonly #options: RingLoadOptions
  readonly #random: () => number
  readonly #keys: LoadKey[]
  /** Those at which something was put, or is about to be. */
  readonly #begun = new Set<LoadKey>()
  readonly #tallies = new Map<RingLoadKind, Tally>()
  readonly #failures = new Map<string, number>()
  readonly #lostKeys = new Set<string>()
  readonly #startedMs = performance.now()
  #lost = 0
  #outdated = 0
  #wrong = 0
  #absent = 0
  /** Why no other operation can succeed either. */
  #over: KithError | undefined

  constructor(node: Pick<KithNode, 'ring' | 'peer'>, options: RingLoadOptions) {
    this.#node = node
    this.#options = options
    const generator = xoroshiro128plus(sha256(String(options.seed)).readInt32LE())
    this.#random = () => (generator.next() >>> 0) / RANGE
    this.#keys = Array.from({ length: options.keys }, (_, index) => this.#keyOf(index))
    for (const kind of KINDS) this.#tallies.set(kind, { latencies: createHistogram(), done: 0, failed: 0 })
  }

  throwIfOver(): void {
    if (this.#over !== undefined) throw this.#over
  }

  /** The next operation. */
  async next(): Promise<void> {
    const isPut = this.#random() < this.#options.put
    // Nothing can be lost where nothing was put.
    const keys = isPut || this.#begun.size === 0 ? this.#keys : [...this.#begun]
    const key = keys[Math.floor(this.#random() * keys.length)]
    if (key === undefined) return
    if (!isPut) return this.#timed(key.isNamed ? 'get-named' : 'get', () => this.#get(key))
    this.#begun.add(key)
    key.lastPut = key.lastPut.then(() => this.#timed(key.isNamed ? 'put-named' : 'put', () => this.#put(key)))
    return key.lastPut
  }

  report(): RingLoadReport {
    const latencies = KINDS.map((kind) => latenciesOf(kind, this.#tally(kind)))
    return {
      ...{ seed: this.#options.seed, ops: this.#options.ops },
      done: latencies.reduce((sum, { done }) => sum + done, 0),
      elapsedMs: Math.round(performance.now() - this.#startedMs),
      latencies,
      ...{ lost: this.#lost, outdated: this.#outdated, wrong: this.#wrong, lostKeys: [...this.#lostKeys] },
      absent: this.#absent,
      failures: [...this.#failures].map(([code, count]) => ({ code, count })),
    }
  }

  #keyOf(index: number): LoadKey {
    const text = `load ${this.#options.seed} ${index}`
    const isNamed = index % 2 === 1
    const { ring, peer } = this.#node
    const key = isNamed ? ring.keyOf(peer, text) : sha256(valueOf(text)).toString('hex')
    return { key, text, isNamed, puts: 0, last: undefined, lastPut: Promise.resolve() }
  }

  async #timed(kind: RingLoadKind, run: () => Promise<void>): Promise<void> {
    const tally = this.#tally(kind)
    const startMs = performance.now()
    try {
      await run()
      tally.latencies.record(Math.max(1, Math.round((performance.now() - startMs) * US_PER_MS)))
    } catch (error) {
      if (!(error instanceof KithError)) throw error
      if (error.code === 'no-ring' || error.code === 'stopped') this.#over = error
      tally.failed++
      this.#failures.set(error.code, (this.#failures.get(error.code) ?? 0) + 1)
    } finally {
      tally.done++
    }
  }

  async #put(key: LoadKey): Promise<void> {
    const { isNamed, text } = key
    const value = Buffer.from(isNamed ? valueOf(`put ${++key.puts} of ${text}`) : valueOf(text))
    const { sequence } = await this.#node.ring.put(value, { ttlMs: TTL_MS, ...(isNamed && { name: text }) })
    key.last = { sequence: sequence ?? 0, atMs: performance.now() }
  }

  async #get(key: LoadKey): Promise<void> {
    const { last } = key
    const expected = last !== undefined && performance.now() < last.atMs + TTL_MS - EXPIRY_MARGIN_MS ? last : undefined
    const item = await this.#node.ring.get(key.key)
    if (item === undefined) {
      if (expected === undefined) this.#absent++
      else this.#lose(key, () => this.#lost++)
    } else if (!isValueOf(key, item)) this.#lose(key, () => this.#wrong++)
    else if ((item.sequence ?? 0) < (expected?.sequence ?? 0)) this.#lose(key, () => this.#outdated++)
  }

  #lose({ key }: LoadKey, count: () => void): void {
    count()
    if (this.#lostKeys.size < MAX_NAMED) this.#lostKeys.add(key)
  }

  #tally(kind: RingLoadKind): Tally {
    const tally = this.#tallies.get(kind)
    if (tally === undefined) throw new Error(`no tally of ${kind}`)
    return tally
  }
}

function latenciesOf(kind: RingLoadKind, { latencies, done, failed }: Tally): RingLoadLatencies {
  const ms = (us: number): number => (latencies.count === 0 ? 0 : us / US_PER_MS)
  return {
    ...{ kind, done, failed },
    ...{
      p50Ms: ms(latencies.percentile(50)),
      p90Ms: ms(latencies.percentile(90)),
      p99Ms: ms(latencies.percentile(99)),
    },
    maxMs: ms(latencies.max),
  }
}

/** A text as a value of VALUE_BYTES. */
function valueOf(text: string): string {
  return text.padEnd(VALUE_BYTES, '.')
}

/** Whether an item has a value that this load, or one with the same seed before, has put there. */
function isValueOf({ text, isNamed }: LoadKey, { value }: RingItem): boolean {
  const found = Buffer.from(value).toString()
  return isNamed ? found === valueOf(`${/^put \d+ of /.exec(found)?.[0] ?? ''}${text}`) : found === valueOf(text)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
