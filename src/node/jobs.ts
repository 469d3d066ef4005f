/** What library users registered to be done once something is complete. */
import type { Ensured } from '../../protocols/ensure-map/index.ts'
import type { EnsureStatus } from '../kith.ts'
import type { EnsuredRow } from '../store/store.ts'
import type { NodeCore } from './core.ts'

export type Job = (status: EnsureStatus) => Promise<void> | void

export class Jobs {
  readonly #core: NodeCore
  readonly #statusOf: (row: EnsuredRow) => EnsureStatus
  readonly #registered = new Map<string, Job>()
  /** One job of one root is not run twice at a time. */
  readonly #running = new Set<string>()

  constructor(core: NodeCore, statusOf: (row: EnsuredRow) => EnsureStatus) {
    this.#core = core
    this.#statusOf = statusOf
  }

  /** Runs the job for what is complete already, too. */
  register(name: string, job: Job): void {
    this.#registered.set(name, job)
    for (const row of this.#core.store.ensuredRows({ state: 'complete', withJobs: true })) this.#run(name, row)
  }

  /** Something is complete. */
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
      // It stays to be done, and is tried again at the next start.
      .catch((error: unknown) => process.emitWarning(`the job '${name}' for ${id} failed: ${String(error)}`))
      .finally(() => this.#running.delete(key))
  }
}
