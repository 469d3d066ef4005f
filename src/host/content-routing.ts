/** Content routing in the DHT: kad-dht behind the host's interface. */
import { setMaxListeners } from 'node:events'
import type { KadDHT } from '@libp2p/kad-dht'
import * as raw from 'multiformats/codecs/raw'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { sha256 } from 'multiformats/hashes/sha2'
import type { PeerId, ProvideKey } from '../../protocols/wire/ids.ts'
import { MAX_ADDRESSES_PER_PEER } from './constants.ts'
import type { ContentRouting } from './host.ts'

/**
 * Implements ContentRouting with the DHT. `isHere` tells which peers need no dialling; `onError` receives
 * errors of queries and announcements, except those caused by their signal.
 */
export function createContentRouting(
  dht: Pick<KadDHT, 'provide' | 'cancelReprovide' | 'findProviders'>,
  isHere: (peer: PeerId) => boolean,
  onError: (error: unknown) => void,
): ContentRouting {
  const report = (error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) onError(error)
  }
  return {
    async provide(key, signal) {
      let told = 0
      try {
        for await (const event of dht.provide(cidOfProvideKey(key), { signal: sharedSignal(signal) })) {
          if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told++
        }
      } catch (error) {
        report(error, signal)
      }
      return told
    },
    stopProviding(key) {
      dht.cancelReprovide(cidOfProvideKey(key)).catch(onError)
    },
    async *findProviders(key, signal) {
      try {
        for await (const event of dht.findProviders(cidOfProvideKey(key), { signal: sharedSignal(signal) })) {
          if (event.name !== 'PROVIDER') continue
          for (const { id, multiaddrs } of event.providers) {
            const peer = id.toString() as PeerId
            const addresses = multiaddrs.slice(0, MAX_ADDRESSES_PER_PEER).map((address) => address.toString())
            if (!isHere(peer)) yield { peer, addresses }
          }
        }
      } catch (error) {
        report(error, signal)
      }
    },
  }
}

/** The key in the DHT's form. */
export function cidOfProvideKey(key: ProvideKey): CID {
  return CID.createV1(raw.code, Digest.create(sha256.code, Buffer.from(key, 'hex')))
}

/** A copy of a signal that allows many listeners: each queried peer adds some. */
function sharedSignal(signal: AbortSignal): AbortSignal {
  const shared = AbortSignal.any([signal])
  setMaxListeners(0, shared)
  return shared
}
