/** Removes blocks that nothing needs any more: on demand, and by itself when things were let go of. */
import type { BlockId } from '../../protocols/wire/ids.ts'
import type { GarbageReport } from '../kith.ts'
import type { NodeCore } from './core.ts'

/** Looked at together: some ten milliseconds' work where all of them go. */
export const BLOCKS_AT_ONCE = 256

/** Long enough for several things that are let go of to be removed together. */
export const COLLECT_AFTER_MS = 30_000

export class Garbage {
  readonly #core: NodeCore
  #timer: NodeJS.Timeout | undefined
  /** While blocks are added whose root is not there yet. */
  #adding: Promise<void> = Promise.resolve()
  #adders = 0
  /** While blocks are looked at and removed. */
  #collecting: Promise<void> = Promise.resolve()

  constructor(core: NodeCore) {
    this.#core = core
    core.stopped.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /** Something may have been let go of. */
  collectSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.collect(false).catch(() => undefined) // the node stops, or the next time does it
    }, COLLECT_AFTER_MS).unref()
  }

  /** Removes nothing while the work goes on, which adds blocks before what needs them. */
  async whileAdding<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#adders++
    const adding = this.#collecting.then(work)
    this.#adding = bothSettled(this.#adding, adding)
    try {
      return await adding
    } catch (error) {
      this.collectSoon() // of what was added and is not needed now
      throw error
    } finally {
      this.#adders--
    }
  }

  /** Removes, or counts, what nothing needs, once nothing is being added. */
  async collect(isDryRun: boolean): Promise<GarbageReport> {
    const report: GarbageReport = { blocks: 0, sizeBytes: 0 }
    let after: BlockId | undefined
    do {
      while (this.#adders > 0) await this.#adding
      const command = { type: 'collect-garbage', limit: BLOCKS_AT_ONCE, after, isDryRun } as const
      const collecting = this.#core.command(command)
      this.#collecting = bothSettled(this.#collecting, collecting)
      const { collected } = await collecting
      report.blocks += collected?.blocks ?? 0
      report.sizeBytes += collected?.sizeBytes ?? 0
      after = collected?.next
    } while (after !== undefined)
    return report
  }
}

/** Resolves with nothing, so that a chain of these keeps no results. */
async function bothSettled(one: Promise<unknown>, other: Promise<unknown>): Promise<void> {
  await Promise.allSettled([one, other])
}
