/** Deletes blocks that nothing needs: on demand, and in the background once something was released. */
import type { WalkPlace } from '../store/blocks.ts'
import { reportFailure } from '../host/failures.ts'
import type { GarbageReport } from '../kith.ts'
import type { CollectedBlocks } from '../machine/io.ts'
import type { NodeCommand } from '../machine/node-machine.ts'
import type { NodeCore } from './core.ts'

/** Blocks checked in one command: some ten milliseconds of work if all of them are deleted. */
export const BLOCKS_AT_ONCE = 256

/** Long enough that several releases are dealt with together. */
export const COLLECT_AFTER_MS = 30_000

/** Until it is tried again after a failure, such as a full disk, which the log tells each time. */
export const COLLECT_AGAIN_MS = 10 * 60 * 1000

/** Which blocks are checked: those that something released, or all. */
type Scope = 'released' | 'all'

/** Checks blocks in small steps, and never while a file is being added. */
export class Garbage {
  readonly #core: NodeCore
  #timer: NodeJS.Timeout | undefined
  /** What is checked when the timer fires. */
  #dueScope: Scope = 'released'
  #isCollectingNow = false
  #adders = 0
  /** Settles once everything being added now has its root. */
  #adding: Promise<void> = Promise.resolve()
  /** Settles once the check under way has ended. */
  #checking: Promise<void> = Promise.resolve()

  constructor(core: NodeCore) {
    this.#core = core
    core.stopped.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /**
   * Collects in the background after a delay. The scope `all` includes blocks that no root ever needed, which
   * a crash or a failed addition leaves behind.
   */
  collectSoon(scope: Scope, afterMs = COLLECT_AFTER_MS): void {
    if (scope === 'all') this.#dueScope = 'all'
    this.#timer ??= setTimeout(() => {
      const due = this.#dueScope
      this.#timer = undefined
      this.#dueScope = 'released'
      void this.#orLater(due === 'all' ? this.collect(false) : this.#collectReleased(), due)
    }, afterMs).unref()
  }

  /** Collects what was released without a delay, once nothing is being added. */
  collectNow(): void {
    if (this.#isCollectingNow) return
    this.#isCollectingNow = true
    void this.#orLater(this.#collectReleased(), 'released').finally(() => (this.#isCollectingNow = false))
  }

  async #orLater(collected: Promise<unknown>, scope: Scope): Promise<void> {
    try {
      await collected
    } catch (error) {
      if (this.#core.stopped.aborted) return
      reportFailure(this.#core.log, 'garbage could not be collected', error)
      this.collectSoon(scope, COLLECT_AGAIN_MS)
    }
  }

  /** Runs `work`, which adds blocks before the root that needs them; nothing is deleted meanwhile. */
  async whileAdding<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#adders++
    const adding = this.#checking.then(work)
    this.#adding = bothSettled(this.#adding, adding)
    try {
      return await adding
    } catch (error) {
      this.collectSoon('all')
      throw error
    } finally {
      this.#adders--
    }
  }

  /** Deletes, or only counts, all blocks that nothing needs. Waits until nothing is being added. */
  async collect(isDryRun: boolean): Promise<GarbageReport> {
    const report: GarbageReport = { blocks: 0, sizeBytes: 0 }
    let after: WalkPlace | undefined
    do {
      const collected = await this.#check({ type: 'collect-garbage', limit: BLOCKS_AT_ONCE, after, isDryRun })
      report.blocks += collected?.blocks ?? 0
      report.sizeBytes += collected?.sizeBytes ?? 0
      after = collected?.next
    } while (after !== undefined)
    return report
  }

  async #collectReleased(): Promise<void> {
    let next: WalkPlace | undefined
    do {
      const collected = await this.#check({ type: 'collect-released', limit: BLOCKS_AT_ONCE })
      next = collected?.next
    } while (next !== undefined)
  }

  async #check(command: NodeCommand): Promise<CollectedBlocks | undefined> {
    while (this.#adders > 0) await this.#adding
    const checking = this.#core.command(command)
    this.#checking = bothSettled(this.#checking, checking)
    const { collected } = await checking
    return collected
  }
}

/** Resolves with nothing, so that a chain of these keeps no results. */
async function bothSettled(one: Promise<unknown>, other: Promise<unknown>): Promise<void> {
  await Promise.allSettled([one, other])
}
