/** What the machine of a node tells: passes it to those parts of the node that it concerns, and to the node's users. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import type { NodeEvent } from '../machine/node-machine.ts'
import { wallMs } from '../runtime/clock.ts'
import type { Announcer } from './announcer.ts'
import type { DeviceNews } from './devices/device-news.ts'
import type { Findings } from './findings.ts'
import type { Garbage } from './garbage.ts'
import type { GossipBridge } from './gossip-bridge.ts'
import type { Introductions } from './introductions.ts'
import type { Jobs } from './jobs.ts'
import type { LocalNodeInit } from './local-node-init.ts'
import type { NearbyRooms } from './nearby-rooms.ts'
import type { NodeDirectories } from './node-directories.ts'
import type { NodeLocks } from './node-locks.ts'
import type { NodeRing } from './node-ring.ts'
import type { Providers } from './providers.ts'
import type { RingBlocks } from './ring-blocks.ts'
import type { RingSharing } from './ring-sharing.ts'
import type { Wants } from './wants.ts'

export interface NodeEventsInit {
  node: Pick<LocalNodeInit, 'host' | 'machine' | 'names' | 'refusals'>
  announcer: Announcer
  devices: DeviceNews
  directories: NodeDirectories
  findings: Findings
  garbage: Garbage
  gossip: GossipBridge
  introductions: Introductions
  jobs: Jobs
  locks: NodeLocks
  log: Logger
  nearby: NearbyRooms
  providers: Providers
  ring: NodeRing
  ringBlocks: RingBlocks
  ringSharing: RingSharing
  wants: Wants
}

export class NodeEventHandler {
  readonly #init: NodeEventsInit

  constructor(init: NodeEventsInit) {
    this.#init = init
  }

  handle(event: NodeEvent): void {
    const { announcer, devices, findings, garbage, gossip, jobs, log, nearby, providers, ring, wants } = this.#init
    const { ringBlocks, ringSharing } = this.#init
    const { host, machine, refusals } = this.#init.node
    devices.on(event)
    switch (event.type) {
      case 'document':
      case 'shown':
        this.#init.locks.arrived(event.document.id)
        announcer.document(event)
        break
      case 'access':
        announcer.access(event)
        break
      case 'preview-begun':
      case 'preview-ended':
        announcer.preview(event)
        break
      case 'room':
        gossip.follow(event.room)
        announcer.room(event.room)
        for (const peer of machine.wings['room-state'].neighbours(event.room)) host.markRoommate(peer)
        break
      case 'progress':
      case 'joined':
      case 'moved':
        announcer[event.type](event.room)
        break
      case 'refused':
        log('an update of %s is refused because the state is full: %s', event.room, event.id)
        refusals.count('state-full')
        announcer.emit('refused', { room: event.room, id: event.id })
        break
      case 'refuted':
        refusals.count('wrong-checkpoint')
        announcer.emit('refuted', { room: event.room, id: event.id, author: event.author })
        break
      case 'holding':
        findings.holding(event.room, event.holding)
        break
      case 'damaged':
        findings.damaged()
        break
      case 'fork':
        log('two documents of %p have the place %d in %s', event.author, event.seq, event.room)
        announcer.fork(event.room, event.author, event.seq)
        break
      case 'ensured':
        jobs.completed(event.root)
        providers.ensured(event.root)
        ringSharing.ensured(event.root)
        announcer.emit('ensured', wants.ended(event.root))
        break
      case 'released':
        garbage.collectSoon('released')
        break
      case 'state-released':
        garbage.collectNow()
        break
      case 'absent':
        providers.absent(event.room, event.id)
        if (event.room !== undefined) ringBlocks.absent(event.room, event.missing)
        break
      case 'lock':
        this.#init.locks.handle(event.event)
        break
      case 'nearby':
        nearby.answered()
        break
      case 'directory':
        this.#init.directories.handle(event)
        break
      case 'ring-done':
      case 'ring-hello':
      case 'ring-slice':
        ring.handle(event)
        break
      case 'ring-wanted':
        void this.#meet(event.peer, event.from, event.peerRecord)
        break
      case 'suggestion':
        void this.#acceptPeerRecord(event.from, event.peerRecord)
        break
    }
  }

  /** The ring needs a peer: an older address is tried where nobody told of another. */
  async #meet(peer: PeerId, from: PeerId, peerRecord: Uint8Array): Promise<void> {
    if (peerRecord.length > 0) await this.#acceptPeerRecord(from, peerRecord)
    this.#init.node.host.want(peer)
  }

  async #acceptPeerRecord(from: PeerId, peerRecord: Uint8Array): Promise<void> {
    const { host, names, refusals } = this.#init.node
    const introduced = await host.acceptPeerRecord(peerRecord, from)
    if (introduced !== undefined) return this.#init.introductions.add(from, introduced, wallMs())
    this.#init.log('refused a peer record that %p passed on', names.label(from))
    refusals.count('bad-peer-record', from)
  }
}
