/** A host whose DHT a test controls, and a node on it. */
import { EventEmitter } from 'node:events'
import type { Ensured } from '../../../protocols/ensure-map/index.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { PeerId, ProvideKey, RoomId } from '../../../protocols/wire/ids.ts'
import type { ContentRouting, FoundPeer, HostEvents, HostPeer } from '../../../src/host/host.ts'
import { ENOUGH_TOLD, Providers, type ProvidersInit } from '../../../src/node/providers.ts'
import type { FoundRecord } from '../../../src/node/ring-providers.ts'
import { coreOf } from './core.ts'

export const PEER: HostPeer = {
  ...{ peer: 'peer' as PeerId, connected: true, addresses: [], direction: 'inbound', lastSeenMs: 1 },
  ...{ network: 'local', connectedSinceMs: 1, roundTripMs: 1 },
}

/** A host whose DHT accepts what it is told, and finds what the test says. */
export class FakeHost implements ContentRouting {
  readonly events = new EventEmitter<HostEvents>()
  readonly contentRouting = this
  /** Keys that were provided, in order, and those no longer provided. */
  readonly provided: ProvideKey[] = []
  readonly dropped: ProvideKey[] = []
  /** Keys that were queried, in order, and who was dialled. */
  readonly asked: ProvideKey[] = []
  readonly dialled: PeerId[] = []
  /** How many peers store a record. */
  listeners = ENOUGH_TOLD
  found: FoundPeer[] = []
  /** Answers come only when the time is up. */
  isSlow = false
  /** Whether records in the ring hold. */
  accepts = true
  /** Records that are found in the ring, for any block, and how many did not hold. */
  records: FoundRecord[] = []
  refused = 0
  running = 0

  on(name: keyof HostEvents, listener: (peer: PeerId) => void): never {
    return this.events.on(name, listener) as never
  }

  peers(): HostPeer[] {
    return []
  }

  connect(): void {
    this.events.emit('connected', PEER.peer)
  }

  heard({ peer }: FoundPeer): void {
    this.dialled.push(peer)
  }

  acceptPeerRecord(_: Uint8Array, __: PeerId, subject?: PeerId): Promise<PeerId | undefined> {
    if (this.accepts) this.dialled.push(subject!)
    return Promise.resolve(this.accepts ? subject : undefined)
  }

  async provide(key: ProvideKey, signal: AbortSignal): Promise<number> {
    this.provided.push(key)
    await this.#work(signal)
    return signal.aborted ? 0 : this.listeners
  }

  stopProviding(key: ProvideKey): void {
    this.dropped.push(key)
  }

  async *findProviders(key: ProvideKey, signal: AbortSignal): AsyncGenerator<FoundPeer> {
    this.asked.push(key)
    await this.#work(signal)
    yield* this.found
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.running++
    if (this.isSlow && !signal.aborted) await EventEmitter.once(signal as never, 'abort')
    this.running--
  }
}

export function setUp(host = new FakeHost()) {
  const core = coreOf(0)
  let blocks = 0
  const create = async (): Promise<RoomId> => {
    const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
    return room as RoomId
  }
  /** Makes something complete; for a room, or for none. */
  const complete = async (room: RoomId | undefined): Promise<Ensured> => {
    const block = Buffer.from(`block ${blocks++}`)
    const id = blockIdOf('raw', block)
    await core.command({ type: 'put-blocks', blocks: [{ id, block }] })
    await core.command({ type: 'ensure', room, id })
    return core.store.ensured(room, id) as Ensured
  }
  const init: ProvidersInit = {
    ...{ host, machine: core.machine, store: core.store },
    ring: { find: () => Promise.resolve(host.records) },
    onBadRecord: () => host.refused++,
  }
  return { core, host, create, complete, start: () => new Providers(init) }
}
