/**
 * Checks the whole database, and that all blocks in files are there, in the background: some time after a start, and then
 * once a day, in a thread of its own. It reads the database once, so a node that is started often, on a slow disk, would
 * be busy with nothing else. After a power cut or a kill it is done at the next start: that is when disks lose what they
 * were given.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { wallMs } from '../runtime/clock.ts'
import type { CheckResult } from '../store/check.ts'
import type { LostBlock } from '../store/lost-blocks.ts'
import type { SqliteStore } from '../store/sqlite.ts'

/** The start itself is not slowed down. */
const CHECK_AFTER_MS = 10_000
const CHECK_EVERY_MS = 24 * 3_600_000
/** The log grows meanwhile. Even a slow memory card is read at 20 MB/s, which makes 2.4 GB. */
const CHECK_MAX_MS = 120_000

const OWNER_ONLY_FILE = 0o600

/** As this module: run from its source, or built. */
const THREAD = new URL(`../store/check-thread${import.meta.url.slice(-3)}`, import.meta.url)

interface Outcome {
  checkedAtMs: number
  damage: string | null
}

export interface StoreCheckInit {
  /** The database. */
  path: string
  /** The folder of the blocks that are in files. */
  blocksFolder: string
  store: Pick<SqliteStore, 'holdFileStill' | 'found' | 'atRest'>
  onDamage: (finding: string) => void
  /** Blocks that a complete root needs are not there; they may have been deleted a moment ago. */
  onLost: (lost: readonly LostBlock[]) => void
  signal: AbortSignal
}

export class StoreCheck {
  readonly #init: StoreCheckInit
  #timer: NodeJS.Timeout | undefined
  #damage: string | undefined
  /** Damage that was met when something was read: it may be in the log, which is not checked. */
  #met: string | undefined

  constructor(init: StoreCheckInit) {
    this.#init = init
    init.signal.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /** What was found, with what to do about it. */
  get finding(): string | undefined {
    if (this.#damage === undefined) return undefined
    const { path } = this.#init
    return `${path} is damaged (${this.#damage}): stop the node and run kith repair, which keeps a copy, saves what can be read and lets the rest come back from other nodes`
  }

  /** Checks soon, unless that was done not long ago and the node stopped by itself; what was found then is checked again. */
  async begin(): Promise<void> {
    const last = await this.#last()
    const isDue =
      this.#init.store.found.wasCutOff ||
      last === undefined ||
      last.damage !== null ||
      wallMs() - last.checkedAtMs >= CHECK_EVERY_MS
    this.#checkIn(isDue ? CHECK_AFTER_MS : last.checkedAtMs + CHECK_EVERY_MS - wallMs())
  }

  /** Damage was met, which is told at once, and looked for again by the next start. */
  met(damage: string): void {
    if (this.#met !== undefined) return
    this.#met = damage
    if (this.#damage === undefined) void this.#found(damage)
  }

  #checkIn(afterMs: number): void {
    const { signal } = this.#init
    if (signal.aborted) return
    const run = (): void => void this.check().then(() => this.#checkIn(CHECK_EVERY_MS))
    this.#timer = setTimeout(run, Math.min(afterMs, CHECK_EVERY_MS)).unref()
  }

  async check(): Promise<void> {
    const { store, onLost } = this.#init
    const release = store.holdFileStill()
    const result = await this.#resultOfThread().finally(release)
    if (this.#init.signal.aborted || result === 'unfinished') return
    const { damage, lost } = result
    if (lost.length > 0) onLost(lost)
    await this.#found(damage ?? this.#met)
  }

  async #found(damage: string | undefined): Promise<void> {
    const { path, onDamage } = this.#init
    this.#damage = damage
    if (this.finding !== undefined) onDamage(this.finding)
    const outcome: Outcome = { checkedAtMs: wallMs(), damage: damage ?? null }
    // Without it the next start checks again.
    await writeFile(outcomePath(path), JSON.stringify(outcome), { mode: OWNER_ONLY_FILE }).catch(() => undefined)
  }

  #resultOfThread(): Promise<CheckResult | 'unfinished'> {
    const { path, blocksFolder, store, signal } = this.#init
    const { key } = store.atRest
    const worker = new Worker(THREAD, { workerData: { path, blocksFolder, key } })
    worker.unref()
    return new Promise((resolve) => {
      const unfinished = (): void => {
        resolve('unfinished')
        void worker.terminate()
      }
      setTimeout(unfinished, CHECK_MAX_MS).unref()
      signal.addEventListener('abort', unfinished)
      worker.once('message', resolve)
      worker.once('error', unfinished)
    })
  }

  async #last(): Promise<Outcome | undefined> {
    try {
      return JSON.parse(await readFile(outcomePath(this.#init.path), 'utf8')) as Outcome
    } catch {
      return undefined // never checked, or cut off by a crash
    }
  }
}

function outcomePath(path: string): string {
  return `${path}-checked`
}
