/** Tells a node what its disk has space for, also once its machine was made anew. */
import type { DiskStatus } from '../kith.ts'
import type { NodeCommand } from '../machine/node-machine.ts'
import type { Store } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { DOCUMENT_RESERVE_BYTES } from './disk-space.ts'

export class SpaceLimits {
  readonly #core: Pick<NodeCore, 'command' | 'log'>
  readonly #store: Pick<Store, 'adjustBallast'>
  readonly #onChange: (space: DiskStatus) => void
  #space: DiskStatus | undefined

  /** `onChange` is called when something else pauses than before. */
  constructor(
    core: Pick<NodeCore, 'command' | 'log'>,
    store: Pick<Store, 'adjustBallast'>,
    onChange: (space: DiskStatus) => void,
  ) {
    this.#core = core
    this.#store = store
    this.#onChange = onChange
  }

  /** After each check, as documents may use what was free then. */
  set(space: DiskStatus): void {
    const before = this.#space?.paused ?? 'nothing'
    this.#space = space
    const { freeBytes, paused, overcounted } = space
    this.#store.adjustBallast(freeBytes)
    this.#limitDocuments(space)
    if (paused === before) return
    if (isPaused(paused) !== isPaused(before)) this.#pause(isPaused(paused))
    if (overcounted)
      this.#core.log('a write found no space, though %d bytes are counted as free: all pauses', freeBytes)
    else this.#core.log('%d bytes are free, so %s pauses', freeBytes, paused)
    this.#onChange(space)
  }

  /** A new machine knows nothing of it. */
  repeat(): void {
    if (this.#space === undefined) return
    this.#limitDocuments(this.#space)
    if (isPaused(this.#space.paused)) this.#pause(true)
  }

  #limitDocuments({ freeBytes, paused }: DiskStatus): void {
    const isReadOnly = paused === 'all'
    const documentBytes = isReadOnly ? 0 : freeBytes - DOCUMENT_RESERVE_BYTES
    this.#command({ type: 'space', documentBytes, isReadOnly })
  }

  #pause(paused: boolean): void {
    this.#command({ type: 'pause', isPaused: paused })
  }

  /** Goes to a node that runs; if it stopped or failed, that is told elsewhere. */
  #command(command: NodeCommand): void {
    this.#core.command(command).catch(() => undefined)
  }
}

function isPaused(paused: DiskStatus['paused']): boolean {
  return paused !== 'nothing'
}
