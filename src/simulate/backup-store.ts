/** A store in memory of which a backup can be taken: the node may go on from that later, as from an older copy of its folder. */
import { MemoryStore } from '../store/memory.ts'
import type { FlushTime } from '../store/memory-disk.ts'
import type { Flushed, Write } from '../store/store.ts'

export class BackupStore extends MemoryStore {
  readonly #flushTime: FlushTime | undefined
  #uncommitted: Write[] = []
  /** All that was committed, in order, and how much of that is on the disk. */
  #committed: Write[] = []
  #flushed = 0

  constructor(flushTime?: FlushTime) {
    super(flushTime)
    this.#flushTime = flushTime
  }

  /** Returns what makes a store with what this one holds now. */
  backUp(): () => BackupStore {
    const writes = [...this.#committed]
    return () => {
      const store = new BackupStore(this.#flushTime)
      for (const write of writes) store.apply(write)
      store.commit()
      store.kill()
      return store
    }
  }

  override apply(write: Write): void {
    super.apply(write)
    this.#uncommitted.push(write)
  }

  override commit(): void {
    super.commit()
    this.#committed.push(...this.#uncommitted)
    this.#uncommitted = []
  }

  override rollback(): void {
    super.rollback()
    this.#uncommitted = []
  }

  override flush(flushed: Flushed): void {
    const { length } = this.#committed
    super.flush(() => {
      this.#flushed = Math.max(this.#flushed, length)
      flushed()
    })
  }

  override kill(): void {
    super.kill()
    this.#flushed = this.#committed.length
  }

  override losePower(): void {
    super.losePower()
    this.#committed = this.#committed.slice(0, this.#flushed)
  }
}
