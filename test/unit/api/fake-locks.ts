/** The locks of a fake room: each is taken at once, and held until it is released. */
import { KithError, type HeldLock, type LockInfo, type Locks, type RoomLock } from '../../../src/kith.ts'

const ANNA = { peer: '12D3KooWAnna', name: 'Anna' }

export class FakeLocks implements Locks {
  readonly #locks = new Map<string, LockInfo>()
  readonly #held = new Map<number, HeldLock>()
  #fence = 0

  list(): LockInfo[] {
    return [...this.#locks.values()]
  }

  get(name: string): RoomLock {
    const info = this.#locks.get(name)
    if (info === undefined) throw new KithError('no-such-lock', `there is no lock '${name}'`)
    const vote = { fence: this.#fence, hasForgotten: false, waiting: 0, holder: null }
    return {
      name,
      acquire: () => Promise.resolve(this.#take()),
      held: (fence) => {
        const held = this.#held.get(fence)
        if (held === undefined) throw new KithError('lock-lost', 'it is not held')
        return held
      },
      status: () => Promise.resolve({ ...info, votes: [vote], holder: null, canBeTaken: true }),
    }
  }

  create(name: string): Promise<LockInfo> {
    const electors = [{ ...ANNA, isConnected: true }]
    const info = { name, id: `lock-${name}`, electors, majority: 1, createdBy: ANNA, others: [] }
    this.#locks.set(name, info)
    return Promise.resolve(info)
  }

  #take(): HeldLock {
    const fence = ++this.#fence
    const held: HeldLock = {
      ...{ fence, isCaughtUp: true, lost: new AbortController().signal, leftMs: () => 10_000 },
      renew: () => Promise.resolve(10_000),
      release: () => {
        this.#held.delete(fence)
        return Promise.resolve()
      },
    }
    this.#held.set(fence, held)
    return held
  }
}
