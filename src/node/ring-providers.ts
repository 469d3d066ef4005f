/** Says in the ring which blocks of rooms this node has, and finds there who else has them. */
import { DEFAULT_COPIES, MAX_RECORD_BYTES, PROVIDER_OVERDUE_SECONDS } from '../../protocols/ring/constants.ts'
import {
  positionOf,
  providerItem,
  providerPlaces,
  readProviderItem,
  type ProviderPlace,
  type ProviderRecord,
} from '../../protocols/ring/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { BlockId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import type { NodeHost } from './node-host.ts'
import type { NodeRing } from './node-ring.ts'

const MS_PER_SECOND = 1_000

export interface RingProvidersInit {
  ring: Pick<NodeRing, 'hasOthers' | 'find' | 'putItem'>
  host: Pick<NodeHost, 'peerRecord' | 'addresses'>
  signer: Signer
  wallMs: () => number
}

/** A record and the node that gave it. */
export interface FoundRecord extends ProviderRecord {
  from: PeerId
}

export class RingProviders {
  readonly #init: RingProvidersInit

  constructor(init: RingProvidersInit) {
    this.#init = init
  }

  /**
   * Says that this node has a block of a room and all that depends on it. Returns false if nobody took it, or nobody could
   * dial this node. Where others say so at all places, this node need not.
   */
  async announce(room: RoomId, id: BlockId): Promise<boolean> {
    const { ring, host, signer } = this.#init
    const peerRecord = host.peerRecord(signer.author)
    const isReachable = peerRecord !== undefined && peerRecord.length <= MAX_RECORD_BYTES && host.addresses().length > 0
    if (!isReachable || !ring.hasOthers) return false
    const places = providerPlaces(room, id)
    // A place that follows from its id, so that few who begin at once take the same.
    const first = Number((positionOf(signer.author) ?? 0n) % BigInt(places.length))
    for (const place of [...places.slice(first), ...places.slice(0, first)]) {
      const atSeconds = this.#nowSeconds()
      try {
        if (!(await this.#isFree(place, atSeconds))) continue
        await ring.putItem(providerItem(place, signer, { peerRecord, atSeconds }))
        return true
      } catch (error) {
        if (!(error instanceof KithError)) throw error
        // Somebody else was there first.
        if (error.code !== 'newer-item') return false
      }
    }
    return true
  }

  /** The nodes that say they have a block of a room. */
  async find(room: RoomId, id: BlockId): Promise<FoundRecord[]> {
    const { ring, signer } = this.#init
    if (!ring.hasOthers) return []
    const records = await Promise.all(providerPlaces(room, id).map((place) => this.#read(place)))
    return records.filter((record) => record !== undefined).filter(({ provider }) => provider !== signer.author)
  }

  async #read(place: ProviderPlace): Promise<FoundRecord | undefined> {
    try {
      const { item, from } = await this.#init.ring.find(place.key, DEFAULT_COPIES)
      const record = item && readProviderItem(place, item, this.#nowSeconds())
      return record && from && { ...record, from }
    } catch (error) {
      if (error instanceof KithError) return undefined // the ring did not answer, or has too much to do
      throw error
    }
  }

  /** Whether a record may be put at a place: nobody else's counts there that was put again when it was time. */
  async #isFree(place: ProviderPlace, nowSeconds: number): Promise<boolean> {
    const { ring, signer } = this.#init
    const { item } = await ring.find(place.key, DEFAULT_COPIES)
    const record = item && readProviderItem(place, item, nowSeconds)
    if (record === undefined || record.provider === signer.author) return true
    return record.atSeconds + PROVIDER_OVERDUE_SECONDS < nowSeconds
  }

  #nowSeconds(): number {
    return Math.floor(this.#init.wallMs() / MS_PER_SECOND)
  }
}
