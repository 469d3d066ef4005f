/**
 * libp2p's datastore, in memory and bounded: what the DHT stores for strangers and the peers it
 * hears of would otherwise grow for as long as somebody sends more.
 */
import type { PeerId } from '@libp2p/interface'
import { MemoryDatastore } from 'datastore-core/memory'
import { Key } from 'interface-datastore'
import { MAX_DHT_RECORDS, MAX_STORED_PEERS } from './constants.ts'

const DHT_PREFIX = '/dht/'
const PEERS_PREFIX = '/peers/'

export class BoundedDatastore extends MemoryDatastore {
  readonly #dhtKeys = new Set<string>()
  readonly #peerKeys = new Set<string>()
  readonly #ownKey: string

  /** The node's own entry is never dropped: identify answers from it. */
  constructor(self: PeerId) {
    super()
    this.#ownKey = `${PEERS_PREFIX}${self.toCID().toString()}`
  }

  override put(key: Key, value: Uint8Array): Key | Promise<Key> {
    const text = key.toString()
    if (text.startsWith(DHT_PREFIX)) this.#track(text, this.#dhtKeys, MAX_DHT_RECORDS)
    else if (text.startsWith(PEERS_PREFIX) && text !== this.#ownKey) this.#track(text, this.#peerKeys, MAX_STORED_PEERS)
    return super.put(key, value)
  }

  override delete(key: Key): void | Promise<void> {
    this.#dhtKeys.delete(key.toString())
    this.#peerKeys.delete(key.toString())
    return super.delete(key)
  }

  #track(text: string, keys: Set<string>, limit: number): void {
    keys.delete(text)
    keys.add(text)
    const [oldest] = keys
    if (keys.size > limit && oldest !== undefined) void this.delete(new Key(oldest))
  }
}
