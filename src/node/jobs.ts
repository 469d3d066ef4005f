/** Functions that library users registered to run once something is complete. */
import type { Ensured } from '../../protocols/ensure-map/index.ts'
import type { EnsureStatus } from '../kith.ts'
import type { EnsuredRow } from '../store/blocks.ts'
import type { NodeCore } from './core.ts'

/** A registered function. It runs again after the next start if it throws. */
export type Job = (status: EnsureStatus) => Promise<void> | void

/** Runs jobs, each at least once for each root that names it. */
export class Jobs {
  readonly #core: NodeCore
  readonly #statusOf: (row: EnsuredRow) => EnsureStatus
  readonly #registered = new Map<string, Job>()
  /** Jobs that are running now, with their roots. */
  readonly #running = new Set<string>()

  constructor(core: NodeCore, statusOf: (row: EnsuredRow) => EnsureStatus) {
    this.#core = core
    this.#statusOf = statusOf
  }

  /** Registers a job, and runs it for roots that are complete already. */
  register(name: string, job: Job): void {
    this.#registered.set(name, job)
    for (const row of this.#core.store.ensuredRows({ state: 'complete', withJobs: true })) this.#run(name, row)
  }

  /** Runs the jobs of a root, if it is complete. */
  completed(root: Ensured): void {
    if (root.state === 'complete') for (const name of root.jobs) this.#run(name, root)
  }

  #run(name: string, row: EnsuredRow): void {
    const job = this.#registered.get(name)
    const key = `${name}/${row.room ?? ''}/${row.id}`
    if (job === undefined || !row.jobs.includes(name) || this.#running.has(key)) return
    this.#running.add(key)
    const { room, id } = row
    Promise.resolve()
      .then(() => job(this.#statusOf(row)))
      .then(() => this.#core.command({ type: 'job-done', room, id, job: name }))
      // The root still names it, so the next start tries again.
      .catch((error: unknown) => process.emitWarning(`job '${name}' for ${id} failed: ${String(error)}`))
      .finally(() => this.#running.delete(key))
  }
}
