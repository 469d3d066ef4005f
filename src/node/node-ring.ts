/** The ring for the users of a node: calls as promises, and keys and places as text. */
import { EventEmitter } from 'node:events'
import {
  CALL_MS,
  DEFAULT_COPIES,
  MAX_COPIES,
  MAX_ITEM_BYTES,
  MAX_ITEM_NAME_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_TTL_SECONDS,
} from '../../protocols/ring/constants.ts'
import {
  bytesOfPlace,
  keyOfName,
  parseItemKey,
  placeOfBytes,
  positionOf,
  signItem,
  type Item,
  type ItemKey,
  type Place,
  type RingCommand,
  type RingPeer,
  type RingResult,
} from '../../protocols/ring/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import {
  KithError,
  type Ring,
  type RingItem,
  type RingNeighbour,
  type RingPlace,
  type RingPut,
  type RingPutOptions,
  type RingRoute,
  type RingSize,
  type RingSlice,
  type RingStatus,
} from '../kith.ts'
import type { RingWingEvent } from '../machine/ring/wing.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeCore } from './core.ts'
import { NO_SIZE, ringSizeOf } from './ring-size.ts'
import { NodeRingSlices, ringPartOf } from './node-ring-slices.ts'

const MS_PER_SECOND = 1_000
/** A call is over after CALL_MS; an error inside the node may have it forgotten. */
const FORGOTTEN_MS = CALL_MS + 5_000
/** Somebody else may have taken a sequence at the same moment, such as the same node before it lost its store. */
const MAX_SEQUENCE_TRIES = 3

type WithoutCall<Command> = Command extends RingCommand ? Omit<Command, 'call'> : never
type ResultOf<Type extends RingResult['type']> = Extract<RingResult, { type: Type }>

/** What became of looking for an item. */
export type RingFound = Omit<ResultOf<'got'>, 'type'>

export interface NodeRingInit {
  core: NodeCore
  signer: Signer
  isOn: boolean
  quotaBytes: number
}

export class NodeRing implements Ring {
  readonly #init: NodeRingInit
  readonly #calls = new Map<number, (result: RingResult) => void>()
  readonly #events = new EventEmitter<{ hello: [{ payload: Uint8Array; from: string }] }>()
  readonly #slices: NodeRingSlices
  #lastCall = 0

  constructor(init: NodeRingInit) {
    this.#init = init
    this.#slices = new NodeRingSlices(init.core)
  }

  status(): RingStatus {
    const { core, isOn, quotaBytes } = this.#init
    const { place, part, previous, next, fingers, connected, items, sizeBytes } = core.machine.wings.ring.view
    const nowMs = monotonicMs()
    const size = isOn ? ringSizeOf(core.machine.wings.ring.sizes(nowMs)) : NO_SIZE
    const shown = (peers: readonly RingPeer[]): RingNeighbour[] =>
      peers.map((peer) => {
        return { peer: peer.peer, place: textOf(peer.place), connectedForMs: Math.round(nowMs - peer.upSinceMs) }
      })
    return {
      ...{ place: textOf(place), part: ringPartOf(part) },
      health: !isOn ? 'off' : connected === 0 ? 'alone' : 'joined',
      ...{ previous: shown(previous), next: shown(next), fingers: shown(fingers) },
      ...{ size, connected, items, sizeBytes, quotaBytes, slices: this.#slices.parts() },
    }
  }

  async put(value: Uint8Array, options: RingPutOptions = {}): Promise<RingPut> {
    const { copies, ttlSeconds } = lifeOf(options)
    if (value.length > MAX_ITEM_BYTES) {
      throw new KithError(
        'bad-value',
        `an item of the ring has at most ${grouped(MAX_ITEM_BYTES)} bytes: share a file in a room instead`,
      )
    }
    const { name } = options
    if (name === undefined) return this.putItem({ value, signed: undefined, ttlSeconds, copies })
    requireName(name)
    const { signer } = this.#init
    let sequence = (await this.find(keyOfName(signer.author, name), copies)).item?.signed?.sequence ?? 0
    for (let tries = 1; ; tries++) {
      const item = signItem(signer, { name, sequence: sequence + 1, value, ttlSeconds, copies })
      const result = await this.#ask({ type: 'put', item }, 'put')
      if (result.newer === undefined || tries === MAX_SEQUENCE_TRIES) return putOf(result, item)
      sequence = result.newer
    }
  }

  async prolong(key: string, options: Omit<RingPutOptions, 'name'> = {}): Promise<RingPut> {
    const { item } = await this.find(requireKey(key), MAX_COPIES)
    if (item === undefined) throw new KithError('no-such-item', 'no node that should keep this item has it')
    return this.putItem({ ...item, ...lifeOf(options) })
  }

  async get(key: string): Promise<RingItem | undefined> {
    const { item, from, isUnsure } = await this.find(requireKey(key), DEFAULT_COPIES)
    if (item === undefined || from === undefined) return undefined
    const { value, signed } = item
    const { author = null, name = null, sequence = null } = signed ?? {}
    return { key, value, author, name, sequence, from, isUnsure }
  }

  async where(key: string, { copies = DEFAULT_COPIES }: { copies?: number } = {}): Promise<RingPlace[]> {
    const where = { type: 'where' as const, key: requireKey(key), copies: requireCopies(copies) }
    const { places } = await this.#ask(where, 'where')
    return places.map(({ place, peer, path, holds, sequence }) => {
      return {
        place: textOf(place),
        peer: peer ?? null,
        holds,
        sequence,
        path: [...path],
        hops: this.#hops(peer, path),
      }
    })
  }

  async route(to: string, payload: Uint8Array = new Uint8Array(0)): Promise<RingRoute> {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new KithError('bad-value', `a message through the ring has at most ${grouped(MAX_PAYLOAD_BYTES)} bytes`)
    }
    const { peer: wanted, place } = this.#target(to)
    const startMs = monotonicMs()
    const { by, path } = await this.#ask({ type: 'ping', place, payload }, 'pinged')
    const isThere = wanted === undefined ? positionOf(by) === place : by === wanted
    return { peer: by, isThere, path: [...path], hops: this.#hops(by, path), roundTripMs: monotonicMs() - startMs }
  }

  async size(): Promise<RingSize> {
    return ringSizeOf((await this.#ask({ type: 'size' }, 'sized')).size)
  }

  async slice(from: string, to: string): Promise<RingSlice> {
    this.#requireOn()
    return this.#slices.open({ from, to })
  }

  async ownSlice(): Promise<RingSlice> {
    this.#requireOn()
    return this.#slices.open(undefined)
  }

  get isOn(): boolean {
    return this.#init.isOn
  }

  /** Whether there is another node of the ring to put to and get from. */
  get hasOthers(): boolean {
    return this.#init.isOn && this.#init.core.machine.wings.ring.view.connected > 0
  }

  /** Puts an item that somebody signed, or none. Throws like `put`. */
  async putItem(item: Item): Promise<RingPut> {
    return putOf(await this.#ask({ type: 'put', item }, 'put'), item)
  }

  /** An item with what is kept beside its value, and who gave it. Throws like `get`. */
  find(key: ItemKey, copies: number): Promise<RingFound> {
    return this.#ask({ type: 'get', key, copies }, 'got')
  }

  keyOf(author: string, name: string): string {
    requireName(name)
    if (positionOf(author as PeerId) === undefined)
      throw new KithError('bad-value', `"${author}" is not the id of a node of the ring`)
    return keyOfName(author as PeerId, name)
  }

  on(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this {
    this.#events.on(name, listener)
    return this
  }

  off(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this {
    this.#events.off(name, listener)
    return this
  }

  /** A result or a message came. */
  handle(event: Exclude<RingWingEvent, { type: 'ring-wanted' }>): void {
    if (event.type === 'ring-hello') this.#events.emit('hello', { payload: event.payload, from: event.from })
    else if (event.type === 'ring-slice') this.#slices.handle(event.event)
    else this.#calls.get(event.call)?.(event.result)
  }

  #hops(peer: PeerId | undefined, path: readonly PeerId[]): number {
    return peer === undefined || peer === this.#init.core.self ? 0 : path.length + 1
  }

  #requireOn(): void {
    if (this.#init.isOn) return
    throw new KithError('no-ring', 'this node takes no part in the ring: start it without --no-ring')
  }

  /** A peer by its id, or as other commands take it, or a place. */
  #target(to: string): { peer: PeerId | undefined; place: Place } {
    if (parseItemKey(to) !== undefined) return { peer: undefined, place: placeOfBytes(Buffer.from(to, 'hex')) }
    const own = positionOf(to as PeerId)
    if (own !== undefined) return { peer: to as PeerId, place: own }
    const peer = this.#init.core.resolvePeer(to)
    const place = positionOf(peer)
    if (place === undefined) throw new KithError('bad-value', `${to} is no node of the ring, as its key is not Ed25519`)
    return { peer, place }
  }

  async #ask<Type extends RingResult['type']>(request: WithoutCall<RingCommand>, type: Type): Promise<ResultOf<Type>> {
    this.#requireOn()
    const { core } = this.#init
    const call = ++this.#lastCall
    const { promise, resolve } = Promise.withResolvers<RingResult>()
    this.#calls.set(call, resolve)
    const timer = setTimeout(() => resolve({ type: 'failed', failure: 'no-answer' }), FORGOTTEN_MS)
    try {
      // The request has all fields of a command but the call.
      await core.command({ type: 'ring', command: { ...request, call } as RingCommand })
      const result = await promise
      // What this node itself has taken is durable from then on.
      if (result.type === 'put') await core.command({ type: 'ring-kept' })
      if (result.type !== type) throw failureOf(result)
      return result as ResultOf<Type>
    } finally {
      clearTimeout(timer)
      this.#calls.delete(call)
    }
  }
}

function putOf({ key, isHeld, holders, newer, full }: ResultOf<'put'>, { copies, signed }: Item): RingPut {
  if (newer !== undefined) {
    throw new KithError('newer-item', `there is version ${newer} of this item, and this is ${signed?.sequence ?? 0}`)
  }
  if (!isHeld && full > 0) throw new KithError('ring-full', 'the nodes that should keep this item have no space for it')
  if (!isHeld) throw new KithError('no-answer', `too few nodes took the item: ${holders.length} of ${copies}`)
  return { key, copies, holders, sequence: signed?.sequence ?? null }
}

function failureOf(result: RingResult): KithError {
  return result.type === 'failed' && result.failure === 'too-many'
    ? new KithError('too-many', 'too much is being put and looked for at once: wait for some of it')
    : new KithError('no-answer', 'no node of the ring answered')
}

function lifeOf({ copies = DEFAULT_COPIES, ttlMs }: RingPutOptions): { copies: number; ttlSeconds: number } {
  const ttlSeconds = ttlMs === undefined ? MAX_TTL_SECONDS : Math.ceil(ttlMs / MS_PER_SECOND)
  if (!(ttlSeconds >= 1 && ttlSeconds <= MAX_TTL_SECONDS)) {
    throw new KithError('bad-value', 'an item of the ring is kept for a second at least, and for 30 days at most')
  }
  return { copies: requireCopies(copies), ttlSeconds }
}

function requireCopies(copies: number): number {
  if (Number.isInteger(Math.log2(copies)) && copies >= 1 && copies <= MAX_COPIES) return copies
  throw new KithError('bad-value', `an item of the ring has 1, 2, 4, 8 or ${MAX_COPIES} copies, not ${copies}`)
}

function requireName(name: string): void {
  if (Buffer.byteLength(name) <= MAX_ITEM_NAME_BYTES) return
  throw new KithError('bad-value', `a name in the ring has at most ${MAX_ITEM_NAME_BYTES} bytes`)
}

function requireKey(text: string): ItemKey {
  const key = parseItemKey(text.trim().toLowerCase())
  if (key === undefined) throw new KithError('bad-key', `"${text}" is not the key of an item, which has 64 hex digits`)
  return key
}

function textOf(place: Place): string {
  return Buffer.from(bytesOfPlace(place)).toString('hex')
}
