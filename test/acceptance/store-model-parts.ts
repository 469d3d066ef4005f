/** What the naive store says of things that have nothing to do with each other. */
import type { RingReads } from '../../src/store/ring-items.ts'
import { childLinksOf, linkingRoomsOf } from './store-model-child-links.ts'
import { directoryReadsOf } from './store-model-directories.ts'
import { ringReadsOf } from './store-model-ring.ts'
import type { Tables } from './store-tables.ts'

export abstract class StoreModelParts {
  protected abstract tables(): Tables

  readonly childLinks = childLinksOf(() => this.tables())
  readonly linkingRooms = linkingRoomsOf(() => this.tables())

  readonly #directories = directoryReadsOf(() => this.tables())
  readonly directoryNode = this.#directories.directoryNode
  readonly directoryRecords = this.#directories.directoryRecords
  readonly directoryNodes = this.#directories.directoryNodes
  readonly directorySize = this.#directories.directorySize
  readonly directoryAuthorRecords = this.#directories.directoryAuthorRecords

  readonly #ring = ringReadsOf(() => this.tables().ringItems)
  readonly heldItem: RingReads['heldItem'] = (key) => this.#ring.heldItem(key)
  readonly itemOfId: RingReads['itemOfId'] = (id) => this.#ring.itemOfId(id)
  readonly packedItem: RingReads['packedItem'] = (key) => this.#ring.packedItem(key)
  readonly heldItems: RingReads['heldItems'] = (...page) => this.#ring.heldItems(...page)
  readonly farthestItems: RingReads['farthestItems'] = (limit) => this.#ring.farthestItems(limit)
  readonly heldTotals: RingReads['heldTotals'] = () => this.#ring.heldTotals()
}
