/**
 * libp2p's datastore, in memory and bounded. Otherwise, the records that the DHT stores for strangers and
 * the peers it hears of would grow as long as somebody sends more.
 */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core/memory'
import { Key } from 'interface-datastore'
import type { Pair, Query } from 'interface-datastore'
import {
  MAX_DHT_RECORD_BYTES,
  MAX_DHT_RECORDS,
  MAX_PROVIDERS_PER_KEY,
  MAX_STORED_PEER_BYTES,
  MAX_STORED_PEERS,
} from './constants.ts'

const DHT_PREFIX = '/dht/'
const PEERS_PREFIX = '/peers/'
/** Followed by the key, a slash, and the peer that provides it. */
const PROVIDERS_PREFIX = '/dht/provider/'

export class BoundedDatastore extends MemoryDatastore {
  readonly #dhtKeys = new Set<string>()
  readonly #peerKeys = new Set<string>()
  /** Keys of provider records by what they provide, because kad-dht reads them that way. */
  readonly #providerKeys = new Map<string, Set<string>>()
  readonly #ownKey: string
  readonly #ownProviderSuffix: string

  /** The node's own records are never dropped: identify needs them, and the node limits what it provides. */
  constructor(self: PeerId) {
    super()
    this.#ownKey = peerKeyOf(self)
    this.#ownProviderSuffix = `/${self.toString()}`
  }

  /** Ignores values that are too large. */
  override put(key: Key, value: Uint8Array): Key | Promise<Key> {
    const text = key.toString()
    const sizeBytes = text.length + value.length
    if (text.startsWith(DHT_PREFIX)) {
      if (sizeBytes > MAX_DHT_RECORD_BYTES) return key
      if (text.startsWith(PROVIDERS_PREFIX)) this.#indexProvider(text)
      if (!this.#isOwnProvider(text)) this.#track(text, this.#dhtKeys, MAX_DHT_RECORDS)
    } else if (text.startsWith(PEERS_PREFIX) && text !== this.#ownKey) {
      if (sizeBytes > MAX_STORED_PEER_BYTES) return key
      this.#track(text, this.#peerKeys, MAX_STORED_PEERS)
    }
    return super.put(key, value)
  }

  override delete(key: Key): void | Promise<void> {
    const text = key.toString()
    this.#dhtKeys.delete(text)
    this.#peerKeys.delete(text)
    const provided = providedOf(text)
    const providers = this.#providerKeys.get(provided)
    if (providers?.delete(text) === true && providers.size === 0) this.#providerKeys.delete(provided)
    return super.delete(key)
  }

  /** The providers of a key come from an index: anybody may ask for them, and searching everything takes 30 ms. */
  override _all(query: Query): Generator<Pair> | AsyncGenerator<Pair> {
    const { prefix = '' } = query
    return prefix.startsWith(PROVIDERS_PREFIX) ? this.#providersOf(prefix) : super._all(query)
  }

  /** Leaves out providers whose addresses were dropped: because of a single one, kad-dht would return none at all. */
  *#providersOf(provided: string): Generator<Pair> {
    for (const text of this.#providerKeys.get(provided) ?? []) {
      const key = new Key(text)
      const peer = peerIdFromString(text.slice(provided.length + 1))
      if (this.has(new Key(peerKeyOf(peer))) === true) yield { key, value: this.get(key) as Uint8Array }
    }
  }

  #indexProvider(text: string): void {
    const provided = providedOf(text)
    const providers = this.#providerKeys.get(provided) ?? new Set()
    this.#providerKeys.set(provided, providers)
    providers.delete(text)
    providers.add(text)
    if (providers.size <= MAX_PROVIDERS_PER_KEY) return
    const oldest = [...providers].find((each) => !this.#isOwnProvider(each))
    if (oldest !== undefined) void this.delete(new Key(oldest))
  }

  #isOwnProvider(text: string): boolean {
    return text.startsWith(PROVIDERS_PREFIX) && text.endsWith(this.#ownProviderSuffix)
  }

  #track(text: string, keys: Set<string>, limit: number): void {
    keys.delete(text)
    keys.add(text)
    const [oldest] = keys
    if (keys.size > limit && oldest !== undefined) void this.delete(new Key(oldest))
  }
}

function peerKeyOf(peer: PeerId): string {
  return `${PEERS_PREFIX}${peer.toCID().toString()}`
}

/** The part of a provider record's key that says what is provided. */
function providedOf(text: string): string {
  return text.slice(0, text.lastIndexOf('/'))
}
