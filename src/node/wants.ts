/** Requests of library users to hold blocks, and their progress. */
import type { Ensured as EnsuredRoot, EnsureFailure, Scope } from '../../protocols/ensure-map/index.ts'
import { parseBlockId } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type BlockId, type RoomId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { KithError, type Ensured, type EnsureOptions, type EnsureStatus } from '../kith.ts'
import { pastedCid } from '../pasted.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { EnsuredRow } from '../store/blocks.ts'
import { statesOf } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { EnsureRequest } from './ensure-request.ts'
import { quoted } from './quoted.ts'

/** Why a block cannot be fetched, as a part of a sentence. */
const FAILURES: Record<EnsureFailure, string> = {
  'too-large': 'it has more bytes than its author states, or than the limits allow',
  'too-many-blocks': 'it has more blocks than Kith supports',
  'too-deep': 'it is nested deeper than Kith supports',
  'bad-block': 'one of its blocks is invalid',
  'unsupported-link': 'it links to a kind of block that Kith does not support',
}

const PAUSED = 'the disk is full: fetching continues once there is space'

/** Options of a request, including one that library users cannot set. */
export interface WantOptions extends EnsureOptions {
  /** The request fails if the blocks exceed this size. */
  maxBytes?: number
}

/** Creates, lists and ends requests. */
export class Wants {
  readonly #core: NodeCore
  /** Requests whose end somebody waits for. */
  readonly #requests = new Map<string, Set<EnsureRequest>>()
  /** Whether fetching is paused because there is no space. */
  isPaused = false
  #stopped: Error | undefined

  constructor(core: NodeCore) {
    this.#core = core
  }

  /** Requests a block and everything it depends on. Throws a KithError `bad-id` or `no-such-room`. */
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

  /** Requests that are not complete, or all of them; added first comes first. */
  list({ all = false }: { all?: boolean } = {}): EnsureStatus[] {
    const rows = this.#core.store.ensuredRows(all ? {} : { incomplete: true })
    // The states of checkpoints are the node's own business.
    const states = new Set(this.#core.store.rooms().flatMap(statesOf))
    return rows.filter(({ id }) => !states.has(id)).map((row) => this.statusOf(row))
  }

  /** Ends a request. Throws a KithError `bad-id`, `no-such-want`, or `ambiguous` if there are several and no room is given. */
  async unwant(text: string, options: { room?: string } = {}): Promise<void> {
    const id = requireBlockId(text)
    const { store } = this.#core
    // Including rooms that were left.
    const scopes = [undefined, ...store.rooms().map((room) => room.id)]
    const rows = scopes.flatMap((scope) => store.ensured(scope, id) ?? [])
    const found = options.room === undefined ? rows : rows.filter(({ room }) => room === options.room)
    const [row, ...others] = found
    if (row === undefined) {
      throw new KithError('no-such-want', `${id} was not requested ('kith wants --all' lists all requests)`)
    }
    if (others.length > 0) {
      throw new KithError('ambiguous', `${id} was requested ${grouped(found.length)} times: say for which room`)
    }
    await this.#release(row.room, id)
  }

  /** Ends the requests for a root that is complete or has failed. Called by the node. */
  ended(root: EnsuredRoot): EnsureStatus {
    const status = this.statusOf(root)
    for (const request of this.#take(root.room, root.id)) request.end(status)
    return status
  }

  /** Rejects all requests, now and later, because the node stops. */
  rejectAll(error: Error): void {
    this.#stopped = error
    for (const requests of this.#requests.values()) for (const request of requests) request.reject(error)
  }

  /** The progress of a root. */
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
      request.reject(new KithError('cancelled', `the request for ${id} was cancelled`))
    }
  }

  /** Removes and returns the requests for a root. */
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

  /** Registers a request, so that it learns of its end. */
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
  const id = parseBlockId(pastedCid(text))
  if (id === undefined) {
    throw new KithError(
      'bad-id',
      `${quoted(text)} is not the id of a block, which is a CID with the codec raw, dag-pb or dag-cbor and the hash sha2-256`,
    )
  }
  return id
}

function keyOf(room: RoomId | undefined, id: BlockId): string {
  return `${room ?? ''}/${id}`
}
