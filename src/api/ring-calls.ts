/** The calls about the ring: their inputs and answers. */
import type { RingItem, RingPlace, RingPut, RingRoute, RingSize, RingStatus } from '../kith.ts'
import { BASE64, COUNT, field, FILLED, TEXT } from './fields.ts'

const keyField = field('64 hex digits.', FILLED)
const copiesField = field('How many nodes shall keep it: 1, 2, 4, 8 or 16. Default: 4.', COUNT)
const life = { copies: copiesField, ttlMs: field('For how long. Default: 30 days, which is the most.', COUNT) }

export const ringInputs = {
  'ring.status': { required: {}, optional: {} },
  'ring.put': {
    required: {},
    optional: {
      ...life,
      path: field('File to put, of at most 1,044,480 bytes.', FILLED),
      value: field('Bytes to put, if no path is given.', BASE64),
      name: field('Put it under this name of the node, in place of what was there.', TEXT),
    },
  },
  'ring.prolong': { required: { key: keyField }, optional: life },
  'ring.get': { required: { key: keyField }, optional: {} },
  'ring.where': { required: { key: keyField }, optional: { copies: copiesField } },
  'ring.size': { required: {}, optional: {} },
  'ring.ping': {
    required: { to: field('Id of a node, or what `peer` takes, or a place of 64 hex digits.', FILLED) },
    optional: { payload: field('At most 1,024 bytes.', BASE64) },
  },
} as const

export interface RingOutputs {
  /** The ring as this node sees it. */
  'ring.status': RingStatus
  /** Puts an item; answers once a majority of its places keeps it. */
  'ring.put': RingPut
  /** Puts an item again that is in the ring. */
  'ring.prolong': RingPut
  /** An item by its key, with its value in base64; null if no node that should keep it has it. */
  'ring.get': (Omit<RingItem, 'value'> & { value: string }) | null
  /** Who should keep an item, and who does. */
  'ring.where': RingPlace[]
  /** How many nodes and items there are; asks around for as much as that takes. */
  'ring.size': RingSize
  /** Sends a message to the node nearest to a place. */
  'ring.ping': RingRoute
}
