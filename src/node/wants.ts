/** What a node set out to hold: requests by library users, and where each stands. */
import type { Ensured as EnsuredRoot, EnsureFailure, Scope } from '../../protocols/ensure-map/index.ts'
import { parseBlockId } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type BlockId, type RoomId } from '../../protocols/wire/ids.ts'
import { KithError, type Ensured, type EnsureOptions, type EnsureStatus } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { EnsuredRow } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { EnsureRequest } from './ensure-request.ts'
import { quoted } from './quoted.ts'

/** Why something cannot be had, as a part of a sentence. */
const FAILURES: Record<EnsureFailure, string> = {
  'too-large': 'it has more bytes than it was said to have, or than may be kept',
  'too-many-blocks': 'it has more blocks than Kith fetches',
  'too-deep': 'it is nested deeper than Kith fetches',
  'bad-block': 'a block of it is damaged where it was made',
  'unsupported-link': 'it depends on something in a form that cannot be asked for',
}

const PAUSED = 'the disk is full: fetching goes on once there is space'

/** What is asked for beside what library users can. */
export interface WantOptions extends EnsureOptions {
  /** It fails once its blocks have more bytes. */
  maxBytes?: number
}

export class Wants {
  readonly #core: NodeCore
  /** Those somebody waits for. */
  readonly #requests = new Map<string, Set<EnsureRequest>>()
  /** Nothing is fetched, as there is no space. */
  isPaused = false
  #stopped: Error | undefined

  constructor(core: NodeCore) {
    this.#core = core
  }

  /** Throws a KithError `bad-id` or `no-such-room`. */
  ensure(text: string, options: WantOptions = {}): Ensured {
    const id = requireBlockId(text)
    const room = this.#scope(options.room)
    const { maxBytes, job } = options
    const noted = this.#core.command({
      ...{ type: 'ensure', room, id },
      ...(maxBytes !== undefined && { maxBytes }),
      ...(job !== undefined && { job }),
    })
    return new EnsureRequest(id, noted, {
      status: () => this.#current(room, id),
      initial: () => notNoted(room, id),
      release: () => this.#release(room, id),
      watch: (request) => this.#watch(keyOf(room, id), request),
    })
  }

  list({ all = false }: { all?: boolean } = {}): EnsureStatus[] {
    const rows = this.#core.store.ensuredRows(all ? {} : { incomplete: true })
    return rows.map((row) => this.statusOf(row))
  }

  /** Throws a KithError `bad-id`, `no-such-want`, or `ambiguous` where it was asked for in several rooms and none is named. */
  async unwant(text: string, options: { room?: string } = {}): Promise<void> {
    const id = requireBlockId(text)
    const { store } = this.#core
    // Also of a room that was left.
    const scopes = [undefined, ...store.rooms().map((room) => room.id)]
    const rows = scopes.flatMap((scope) => store.ensured(scope, id) ?? [])
    const found = options.room === undefined ? rows : rows.filter(({ room }) => room === options.room)
    const [row, ...others] = found
    if (row === undefined) {
      throw new KithError('no-such-want', `${id} was not asked for (kith wants --all shows what was)`)
    }
    if (others.length > 0) {
      throw new KithError('ambiguous', `${id} was asked for ${found.length} times: name the room that it was for`)
    }
    await this.#release(row.room, id)
  }

  /** Something is complete, or cannot be had; for the node. */
  ended(root: EnsuredRoot): EnsureStatus {
    const status = this.statusOf(root)
    for (const request of this.#take(root.room, root.id)) request.end(status)
    return status
  }

  /** The node stops: nobody is kept waiting. */
  rejectAll(error: Error): void {
    this.#stopped = error
    for (const requests of this.#requests.values()) for (const request of requests) request.reject(error)
  }

  /** Where something stands; for the node. */
  statusOf(row: EnsuredRow): EnsureStatus {
    const { id, room = null, state, pinned, jobs } = row
    const failure = row.failure === undefined ? null : FAILURES[row.failure as EnsureFailure]
    const common = { id, room, state, pinned, jobs: [...jobs] }
    const progress = this.#core.machine.wings['ensure-map'].progress(row.room, id, monotonicMs())
    if (state !== 'searching' || progress === undefined) {
      const { blocks, sizeBytes: bytes } = row
      return { ...common, failure, known: blocks, have: blocks, missing: 0, bytes, ...NOTHING_COMES }
    }
    const { known, have, sizeBytes: bytes, bytesPerSecond, absentAt, asked } = progress
    const from = [...progress.from].map(([peer, sent]) => ({ peer, bytes: sent })).sort((a, b) => b.bytes - a.bytes)
    return {
      ...{ ...common, failure: this.isPaused ? PAUSED : null, known, have, missing: known - have, bytes },
      ...{ bytesPerSecond, from, absentAt, asked },
    }
  }

  async #release(room: Scope, id: BlockId): Promise<void> {
    await this.#core.command({ type: 'release', room, id })
    for (const request of this.#take(room, id)) {
      request.reject(new KithError('cancelled', `${id} is not asked for any more`))
    }
  }

  /** Those who wait for the end of something, which has come. */
  #take(room: Scope, id: BlockId): Iterable<EnsureRequest> {
    const key = keyOf(room, id)
    const requests = this.#requests.get(key) ?? []
    this.#requests.delete(key)
    return requests
  }

  #scope(room: string | undefined): Scope {
    if (room === undefined) return undefined
    const id = parseDocumentId(room)
    if (id === undefined) throw new KithError('no-such-room', `there is no room ${quoted(room)} here`)
    return this.#core.machine.rooms.require(id).record.id
  }

  #current(room: Scope, id: BlockId): EnsureStatus | undefined {
    const row = this.#core.store.ensured(room, id)
    return row && this.statusOf(row)
  }

  /** Tells a request of its end. */
  #watch(key: string, request: EnsureRequest): void {
    if (this.#stopped !== undefined) {
      request.reject(this.#stopped)
      return
    }
    const requests = this.#requests.get(key) ?? new Set()
    this.#requests.set(key, requests.add(request))
  }
}

const NOTHING_COMES = { bytesPerSecond: 0, from: [], absentAt: 0, asked: 0 }

function notNoted(room: Scope, id: BlockId): EnsureStatus {
  return {
    ...{ id, room: room ?? null, state: 'searching', failure: null, pinned: true, jobs: [] },
    ...{ known: 1, have: 0, missing: 1, bytes: 0, ...NOTHING_COMES },
  }
}

/** Throws a KithError `bad-id`. */
export function requireBlockId(text: string): BlockId {
  const id = parseBlockId(text)
  if (id === undefined) {
    throw new KithError(
      'bad-id',
      `${quoted(text)} is not the id of a block: a CID of raw, dag-pb or dag-cbor with sha2-256`,
    )
  }
  return id
}

function keyOf(room: RoomId | undefined, id: BlockId): string {
  return `${room ?? ''}/${id}`
}
