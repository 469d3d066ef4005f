/** How the streams of Kith's protocols to each connected peer are doing. */
import { BATCH_SYNC_PROTOCOL } from '../../protocols/batch-sync/constants.ts'
import { ENSURE_MAP_PROTOCOL } from '../../protocols/ensure-map/constants.ts'
import { ROOM_STATE_PROTOCOL } from '../../protocols/room-state/constants.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { PeerProtocol } from '../kith.ts'
import type { ProtocolName } from '../room/node-ports.ts'
import { wallMs } from '../runtime/clock.ts'

const LIBP2P_IDS: Readonly<Record<ProtocolName, string>> = {
  'room-state': ROOM_STATE_PROTOCOL,
  'batch-sync': BATCH_SYNC_PROTOCOL,
  'ensure-map': ENSURE_MAP_PROTOCOL,
}
const NAMES = Object.keys(LIBP2P_IDS) as ProtocolName[]

type Link = Omit<PeerProtocol, 'protocol'>

const NEVER_SEEN: Link = { state: 'closed', sinceMs: null, failures: 0, error: null }

export class ProtocolLinks {
  readonly #byPeer = new Map<PeerId, Map<ProtocolName, Link>>()

  opened(peer: PeerId, protocol: ProtocolName): void {
    this.#set(peer, protocol, { state: 'open', sinceMs: wallMs(), failures: 0, error: null })
  }

  closed(peer: PeerId, protocol: ProtocolName): void {
    this.#set(peer, protocol, { ...this.#get(peer, protocol), state: 'closed', sinceMs: wallMs() })
  }

  /** A stream could not be opened. */
  failed(peer: PeerId, protocol: ProtocolName, error: string): void {
    const { state, sinceMs, failures } = this.#get(peer, protocol)
    const failingSinceMs = state === 'failed' ? sinceMs : wallMs()
    this.#set(peer, protocol, { state: 'failed', sinceMs: failingSinceMs, failures: failures + 1, error })
  }

  /** Drops what is known of a peer that is disconnected. */
  forget(peer: PeerId): void {
    this.#byPeer.delete(peer)
  }

  /** `speaks`: the libp2p ids of protocols that the peer said it speaks, none before it did. */
  of(peer: PeerId, speaks: readonly string[]): PeerProtocol[] {
    return NAMES.map((protocol) => {
      const link = this.#get(peer, protocol)
      const isUnsupported = link.state !== 'open' && speaks.length > 0 && !speaks.includes(LIBP2P_IDS[protocol])
      return { protocol, ...link, ...(isUnsupported && { state: 'unsupported' as const }) }
    })
  }

  #get(peer: PeerId, protocol: ProtocolName): Link {
    return this.#byPeer.get(peer)?.get(protocol) ?? NEVER_SEEN
  }

  #set(peer: PeerId, protocol: ProtocolName, link: Link): void {
    const links = this.#byPeer.get(peer) ?? new Map<ProtocolName, Link>()
    this.#byPeer.set(peer, links.set(protocol, link))
  }
}
