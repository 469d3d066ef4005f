/** The locks of one room, for library users. */
import {
  DEFAULT_LEASE_MS,
  LOCK_KIND,
  MAX_ELECTORS,
  MAX_LEASE_MS,
  MAX_LOCK_NAME_BYTES,
  MAX_ROOM_LOCKS,
  MIN_LEASE_MS,
} from '../../protocols/lock/constants.ts'
import { majorityOf, type Held } from '../../protocols/lock/index.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import {
  KithError,
  type AcquireOptions,
  type HeldLock,
  type LockHolder,
  type LockInfo,
  type Locks,
  type LockStatus,
  type LockVote,
  type RoomLock,
} from '../kith.ts'
import { escaped, isSameName, newTypedName } from '../names.ts'
import { requireWriter } from '../room/access/rights.ts'
import { lockBody } from '../room/locks.ts'
import type { LockRow } from '../store/locks.ts'
import { firstMatching } from './first-matching.ts'
import type { NodeLocks } from './node-locks.ts'
import type { NodeRoom } from './node-room.ts'
import { quoted } from './quoted.ts'

/** Without a number, so many electors decide at most: two of them may be away. */
const DEFAULT_ELECTORS = 5

type Write = (kind: string, body: Uint8Array) => Promise<{ id: string }>

export class RoomLocks implements Locks {
  readonly #room: NodeRoom
  readonly #locks: NodeLocks
  readonly #write: Write

  constructor(room: NodeRoom, locks: NodeLocks, write: Write) {
    this.#room = room
    this.#locks = locks
    this.#write = write
  }

  list(): LockInfo[] {
    this.#room.requireOpen()
    return this.#named().map((rows) => this.#infoOf(rows))
  }

  get(reference: string): RoomLock {
    const [row] = this.#find(reference)
    return {
      name: row.name,
      acquire: (options) => this.#acquire(row, options),
      held: (fence) => this.#held(row, fence),
      status: () => this.#status(reference),
    }
  }

  async create(name: string, { electors }: { electors?: readonly string[] | number } = {}): Promise<LockInfo> {
    this.#room.requireOpen()
    const lockName = newTypedName(name, MAX_LOCK_NAME_BYTES, "a lock's")
    if (this.#rows().some((row) => isSameName(row.name, lockName))) {
      throw new KithError('lock-exists', `'${this.#room.name}' has a lock ${quoted(lockName)} already`)
    }
    if (this.#rows().length >= MAX_ROOM_LOCKS) {
      throw new KithError(
        'too-many',
        `'${this.#room.name}' has ${grouped(MAX_ROOM_LOCKS)} locks already, as many as there can be`,
      )
    }
    const chosen = typeof electors === 'object' ? this.#resolved(electors) : this.#connected(electors)
    const { id } = await this.#write(LOCK_KIND, lockBody({ name: lockName, electors: chosen }))
    return this.#infoOf(this.#find(id))
  }

  async #acquire(row: LockRow, options: AcquireOptions = {}): Promise<HeldLock> {
    const { leaseMs = DEFAULT_LEASE_MS, isRenewed = true, signal, onWaiting } = options
    if (!Number.isSafeInteger(leaseMs) || leaseMs < MIN_LEASE_MS || leaseMs > MAX_LEASE_MS) {
      throw new KithError(
        'bad-value',
        `a lease has ${grouped(MIN_LEASE_MS)} to ${grouped(MAX_LEASE_MS)} ms: longer work renews it`,
      )
    }
    const { open, core } = this.#room
    requireWriter(open, core.self)
    return this.#locks.acquire({
      ...{ row, leaseMs, isRenewed, signal, nameOf: (peer) => this.#room.nameOf(peer) },
      onWaiting: (held) => onWaiting?.(this.#holderOf(held)),
    })
  }

  #held({ id, name }: LockRow, fence: number): HeldLock {
    const held = this.#locks.held(id, fence)
    if (held !== undefined) return held
    throw new KithError('lock-lost', `this node does not hold ${quoted(name)} with the fence ${fence}`)
  }

  async #status(reference: string): Promise<LockStatus> {
    const rows = this.#find(reference)
    const [row] = rows
    const info = this.#infoOf(rows)
    const connected = row.electors.filter((elector) => this.#isConnected(elector))
    const states = await this.#locks.states(row, connected)
    const votes = row.electors.map((elector): LockVote | null => {
      const state = states.get(elector)
      if (state === undefined) return null
      const { fence, hasForgotten, waiting, held } = state
      return { fence, hasForgotten, waiting, holder: held === undefined ? null : this.#holderOf(held) }
    })
    const held = [...states.values()].flatMap(({ held: each }) => each ?? [])
    const byRequest = Map.groupBy(held, ({ holder, request }) => `${holder} ${request}`)
    const majority = [...byRequest.values()].find((same) => same.length >= info.majority)
    const [first] = majority?.toSorted((a, b) => b.fence - a.fence) ?? []
    const voting = votes.filter((vote) => vote?.hasForgotten === false)
    return {
      ...{ ...info, votes, holder: first === undefined ? null : this.#holderOf(first) },
      canBeTaken: voting.length >= info.majority,
    }
  }

  #rows(): LockRow[] {
    return this.#room.core.machine.wings.lock.list(this.#room.id)
  }

  /** By name, each the one that counts and then those that do not. */
  #named(): [LockRow, ...LockRow[]][] {
    const byName = Map.groupBy(this.#rows(), ({ name }) => name)
    return [...byName.values()].map((rows) => rows as [LockRow, ...LockRow[]])
  }

  /** Throws a KithError `no-such-lock`. */
  #find(reference: string): [LockRow, ...LockRow[]] {
    this.#room.requireOpen()
    const named = this.#named()
    // As it is called, or as it looks, or as it is shown where others gave it a name that cannot be seen.
    const [found] = firstMatching(
      named,
      ([row]) => row.name === reference || row.id === reference,
      ([row]) => isSameName(row.name, reference) || escaped(row.name) === reference,
      ([row]) => /^…./u.test(reference) && row.id.endsWith(reference.slice(1)),
    )
    if (found !== undefined) return found
    const names = named.map(([{ name }]) => quoted(name)).join(', ')
    const known = names === '' ? 'it has none (kith lock create ROOM NAME)' : `it has ${names}`
    throw new KithError('no-such-lock', `'${this.#room.name}' has no lock ${quoted(reference)}: ${known}`)
  }

  #infoOf([row, ...others]: [LockRow, ...LockRow[]]): LockInfo {
    const { id, name, electors, author } = row
    return {
      ...{ id, name, majority: majorityOf(electors), createdBy: { peer: author, name: this.#room.nameOf(author) } },
      electors: electors.map((peer) => ({ peer, name: this.#room.nameOf(peer), isConnected: this.#isConnected(peer) })),
      others: others.map((other) => other.id),
    }
  }

  #isConnected(peer: PeerId): boolean {
    const { core, id } = this.#room
    return peer === core.self || core.machine.wings.lock.isNeighbour(id, peer)
  }

  #holderOf({ holder, fence, forMs, leftMs }: Held): LockHolder {
    return { peer: holder, name: this.#room.nameOf(holder), fence, forMs, leftMs }
  }

  /** This node and those that are connected. */
  #connected(count: number | undefined): PeerId[] {
    const { core, neighbours } = this.#room
    const present = [core.self, ...neighbours]
    if (count === undefined) {
      const most = Math.min(DEFAULT_ELECTORS, present.length)
      return present.slice(0, most % 2 === 0 ? most - 1 : most)
    }
    if (!Number.isSafeInteger(count) || count < 1 || count > MAX_ELECTORS) {
      throw new KithError('bad-value', `a lock has 1 to ${MAX_ELECTORS} electors`)
    }
    if (present.length < count) {
      throw new KithError(
        'no-such-peer',
        `${count} nodes shall decide, but with this one only ${present.length} of the room are connected: connect more, or name them`,
      )
    }
    return present.slice(0, count)
  }

  #resolved(references: readonly string[]): PeerId[] {
    const { core, id, open, neighbours } = this.#room
    const electors = references.map((reference) => {
      if (reference === core.self || isSameName(this.#room.nameOf(core.self), reference)) return core.self
      const peer = core.resolvePeer(reference)
      const isMember = (open.graph.gate.control?.rank(peer) ?? 0) > 0
      if (isMember || neighbours.includes(peer) || core.store.authorHead(id, peer) !== undefined) return peer
      throw new KithError('no-such-peer', `${peer} never was in '${this.#room.name}' (kith members ROOM)`)
    })
    if (electors.length < 1 || electors.length > MAX_ELECTORS || new Set(electors).size < electors.length) {
      throw new KithError('bad-value', `a lock has 1 to ${MAX_ELECTORS} electors, each once`)
    }
    return electors
  }
}
