/** The state of the streams of Kith's protocols with each connected peer. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { PeerProtocol } from '../kith.ts'
import { wallMs } from '../runtime/clock.ts'

type Link = Omit<PeerProtocol, 'protocol'>

const NEVER_SEEN: Link = { state: 'closed', sinceMs: null, failures: 0, error: null }

export class ProtocolLinks {
  readonly #libp2pIds: Readonly<Record<string, string>>
  readonly #byPeer = new Map<PeerId, Map<string, Link>>()

  /** Takes the protocols by name, each with its libp2p id. */
  constructor(libp2pIds: Readonly<Record<string, string>>) {
    this.#libp2pIds = libp2pIds
  }

  /** The libp2p ids of the protocols that this node speaks. */
  get ids(): string[] {
    return Object.values(this.#libp2pIds)
  }

  opened(peer: PeerId, protocol: string): void {
    this.#set(peer, protocol, { state: 'open', sinceMs: wallMs(), failures: 0, error: null })
  }

  closed(peer: PeerId, protocol: string): void {
    this.#set(peer, protocol, { ...this.#get(peer, protocol), state: 'closed', sinceMs: wallMs() })
  }

  /** A stream could not be opened. */
  failed(peer: PeerId, protocol: string, error: string): void {
    const { state, sinceMs, failures } = this.#get(peer, protocol)
    const failingSinceMs = state === 'failed' ? sinceMs : wallMs()
    this.#set(peer, protocol, { state: 'failed', sinceMs: failingSinceMs, failures: failures + 1, error })
  }

  /** Drops what is known about a disconnected peer. */
  forget(peer: PeerId): void {
    this.#byPeer.delete(peer)
  }

  /** `speaks`: the libp2p ids of the protocols that the peer says it speaks, empty before it has said so. */
  of(peer: PeerId, speaks: readonly string[]): PeerProtocol[] {
    return Object.entries(this.#libp2pIds).map(([protocol, id]) => {
      const link = this.#get(peer, protocol)
      const isUnsupported = link.state !== 'open' && speaks.length > 0 && !speaks.includes(id)
      return { protocol, ...link, ...(isUnsupported && { state: 'unsupported' as const }) }
    })
  }

  #get(peer: PeerId, protocol: string): Link {
    return this.#byPeer.get(peer)?.get(protocol) ?? NEVER_SEEN
  }

  #set(peer: PeerId, protocol: string, link: Link): void {
    const links = this.#byPeer.get(peer) ?? new Map<string, Link>()
    this.#byPeer.set(peer, links.set(protocol, link))
  }
}
