/**
 * Keeps the node subscribed to the gossip topics of its open rooms, and publishes in rooms with members
 * beyond its neighbours.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId, RoomId, TopicKey } from '../../protocols/wire/ids.ts'
import { sealGossip, topicKeyOf } from '../../protocols/wire/room-keys.ts'
import type { Gossip } from '../host/host.ts'
import { GossipGate } from '../machine/gossip-gate.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { StoreReads } from '../store/store.ts'

export interface GossipBridgeInit {
  gossip: Gossip
  machine: NodeMachine
  store: StoreReads
  /** A new document of a room arrived. */
  onDocument(room: RoomId, document: Document, from: PeerId): void
  /** A peer's payload was refused; the code is for counting. */
  onRefused(code: string, from: PeerId): void
}

export class GossipBridge {
  readonly #init: GossipBridgeInit
  readonly #gate: GossipGate
  readonly #topics = new Map<RoomId, TopicKey>()

  constructor(init: GossipBridgeInit) {
    this.#init = init
    this.#gate = new GossipGate(init.store)
    for (const { record } of init.machine.rooms.list()) this.follow(record.id)
  }

  /**
   * Subscribes to a room's topic if the node is in the room and shares it with everyone; otherwise
   * unsubscribes. Anything published or relayed by gossip reaches everyone who listens.
   */
  follow(room: RoomId): void {
    const { gossip, machine, store } = this.#init
    const topic = topicKeyOf(room)
    const isIn = machine.rooms.get(room) !== undefined
    const isForAll = isIn && store.sharing(room).every(({ policy }) => policy === 'share')
    if (isForAll === this.#topics.has(room)) return
    if (isForAll) {
      this.#topics.set(room, topic)
      gossip.subscribe(topic, (payload, from) => this.#validate(room, payload, from))
    } else {
      this.#topics.delete(room)
      gossip.unsubscribe(topic)
    }
  }

  /** Publishes, unless all subscribers are neighbours, which got the document from us directly. */
  publish(room: RoomId, block: Uint8Array): void {
    const { gossip, machine } = this.#init
    const topic = this.#topics.get(room)
    if (topic === undefined) return
    const neighbours = new Set(machine.wings['room-state'].neighbours(room))
    const isWider = gossip.subscribers(topic).some((peer) => !neighbours.has(peer))
    if (isWider) gossip.publish(topic, sealGossip(room, block))
  }

  #validate(room: RoomId, payload: Uint8Array, from: PeerId): 'accept' | 'ignore' | 'reject' {
    const validation = this.#gate.validate(room, payload, monotonicMs())
    if (validation.verdict !== 'accept') this.#init.onRefused(validation.code, from)
    else if (validation.document !== undefined) this.#init.onDocument(room, validation.document, from)
    return validation.verdict
  }
}
