/**
 * Keeps the network of each room one connected graph: its nodes elect a root, and each tells its neighbours which one it
 * knows and how far away it is. Nothing is sent while nothing happens. State about a peer lives as long as its stream.
 *
 * Invariants
 * 1. A node takes a parent only where that cannot lead in a circle, whatever is on its way: see `Roots.isFeasible`.
 * 2. A root counts only with its own signature, and no longer than EXPIRY_MS after it was asked for a new one.
 * 3. At most MAX_PEERS_PER_ROOM neighbours of a room are linked, but for those that would be cut off otherwise.
 * 4. Claims go only to neighbours of a room.
 * 5. What others make this node tell is bounded for each room, however much they say.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine } from '../wire/machine.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { CLAIM_STEPS, CLAIM_STEPS_BURST, CLAIM_STEPS_PER_SECOND } from './constants.ts'
import type {
  NetworkCommand,
  NetworkEffect,
  NetworkEffects,
  NetworkEvent,
  NetworkInput,
  NetworkPorts,
  NetworkTimer,
  NetworkView,
} from './ports.ts'
import type { ClaimRecord, NetworkRecord } from './records.ts'
import { RoomNetwork } from './room-network.ts'

/** Document networks without IO; README.md has their rules. */
export class NetworkMachine implements Machine<NetworkCommand, NetworkRecord, never, NetworkEvent, NetworkTimer> {
  readonly #ports: NetworkPorts
  /** Those that are open. */
  readonly #rooms = new Map<TopicKey, RoomId>()
  /** Those with neighbours. */
  readonly #networks = new Map<RoomId, RoomNetwork>()
  /** When the valid timer of a room is due. */
  readonly #dueMs = new Map<RoomId, number>()
  /** Peers whose stream is open. */
  readonly #peers = new Set<PeerId>()
  readonly #limits = new RateLimits<PeerId>({ burst: CLAIM_STEPS_BURST, perSecond: CLAIM_STEPS_PER_SECOND })
  readonly #effects: NetworkEffects = new Effects()

  /** A node whose id is not that of an Ed25519 key takes no part: its neighbours treat it as one of an older version. */
  readonly #canSign: boolean

  constructor(ports: NetworkPorts) {
    this.#ports = ports
    this.#canSign = publicKeyOfPeerId(ports.self) !== undefined
  }

  /** The network of a room as this node knows it; undefined while it has no neighbours there. */
  view(room: RoomId, nowMs: number): NetworkView | undefined {
    return this.#networks.get(room)?.view(nowMs)
  }

  /** Whether this node has use for another neighbour in a room. */
  wantsMore(room: RoomId): boolean {
    return this.#networks.get(room)?.wantsMore ?? true
  }

  handle(input: NetworkInput, nowMs: number): readonly NetworkEffect[] {
    switch (input.type) {
      case 'peer-up':
      case 'peer-down':
        this.#reached(input.peer, input.type === 'peer-up', nowMs)
        break
      case 'records':
        this.#receive(input.from, input.records, nowMs)
        break
      case 'timer':
        if (this.#dueMs.get(input.timer.room) !== input.timer.dueMs) break
        this.#dueMs.delete(input.timer.room)
        this.#settle(input.timer.room, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
        break
    }
    return this.#effects.take()
  }

  #command(command: NetworkCommand, nowMs: number): void {
    const { type, room } = command
    switch (type) {
      case 'open':
        this.#rooms.set(topicKeyOf(room), room)
        break
      case 'close':
        this.#rooms.delete(topicKeyOf(room))
        this.#end(room)
        break
      case 'neighbour':
        this.#joined(room, command.peer, nowMs)
        break
      case 'neighbour-left': {
        const network = this.#networks.get(room)
        network?.left(command.peer)
        if (network?.isEmpty === true) this.#end(room)
        else this.#settle(room, nowMs)
        break
      }
      case 'active':
        if (this.#networks.get(room)?.isStale(nowMs) === true) this.#settle(room, nowMs)
        break
      case 'changed':
        this.#settle(room, nowMs)
        break
    }
  }

  #joined(room: RoomId, peer: PeerId, nowMs: number): void {
    if (!this.#rooms.has(topicKeyOf(room)) || !this.#canSign) return
    let network = this.#networks.get(room)
    if (network === undefined) this.#networks.set(room, (network = new RoomNetwork(room, this.#ports, nowMs)))
    if (!network.joined(peer, this.#peers.has(peer))) return
    this.#settle(room, nowMs)
  }

  #end(room: RoomId): void {
    this.#networks.delete(room)
    this.#dueMs.delete(room)
  }

  #reached(peer: PeerId, isOpen: boolean, nowMs: number): void {
    if (isOpen) this.#peers.add(peer)
    else this.#peers.delete(peer)
    for (const [room, network] of this.#networks) if (network.reached(peer, isOpen)) this.#settle(room, nowMs)
  }

  #receive(from: PeerId, records: readonly NetworkRecord[], nowMs: number): void {
    const changed = new Set<RoomId>()
    for (const record of records) {
      const room = this.#rooms.get(record.topic)
      const network = room && this.#networks.get(room)
      if (record.type === 'claim-ack') network?.acknowledged(from, record.serial)
      else if (this.#hear(from, network, record, nowMs) && room !== undefined) changed.add(room)
    }
    for (const room of changed) this.#settle(room, nowMs)
  }

  /** Whether a claim is taken. */
  #hear(from: PeerId, network: RoomNetwork | undefined, record: ClaimRecord, nowMs: number): boolean {
    const isFlood = !this.#limits.take(from, nowMs, CLAIM_STEPS)
    const fault = isFlood ? 'claim-flood' : network ? network.hear(from, record, nowMs) : 'claim-outside-room'
    if (fault !== undefined) {
      this.#effects.misbehaviour(from, fault)
      return false
    }
    this.#effects.send(from, { type: 'claim-ack', topic: record.topic, serial: record.serial })
    return true
  }

  #settle(room: RoomId, nowMs: number): void {
    const network = this.#networks.get(room)
    if (network === undefined) return
    const { claims, aside, dueMs } = network.settle(nowMs)
    for (const { to, claim } of claims) this.#effects.send(to, claim)
    for (const each of aside) this.#effects.emit({ type: 'aside', room, ...each })
    // One that is set for earlier settles too, and sets the next.
    if (dueMs >= (this.#dueMs.get(room) ?? Infinity)) return
    this.#dueMs.set(room, dueMs)
    this.#effects.setTimer({ type: 'due', room, dueMs }, Math.max(0, dueMs - nowMs))
  }
}
