/** The calls about the ring: their inputs and answers. */
import type { RingItem, RingPlace, RingPut, RingRoute, RingSize, RingStatus } from '../kith.ts'
import { BASE64, COUNT, field, FILLED, FLAG, TEXT } from './fields.ts'
import type { RingLoadReport } from './ring-load.ts'
import { DEFAULT_LOAD_PER_SECOND, MAX_LOAD_KEYS, MAX_LOAD_OPS, MAX_LOAD_PER_SECOND } from './ring-load-limits.ts'
import type { RingSliceRecord } from './ring-slice.ts'

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
  'ring.slice': {
    required: {},
    optional: {
      from: field('The first place: its first hex digits, up to 64. Default: the part that this node owns.', FILLED),
      to: field('The place after the last one, clockwise; the whole ring if it is `from`.', FILLED),
      follow: field('Continue with what is new until the reader disconnects.', FLAG),
    },
  },
  'ring.load': {
    required: {
      ops: field('How many operations.', { type: 'integer', minimum: 1, maximum: MAX_LOAD_OPS }),
      put: field('The share of puts.', { type: 'number', minimum: 0, maximum: 1 }),
      keys: field('At how many keys.', { type: 'integer', minimum: 1, maximum: MAX_LOAD_KEYS }),
    },
    optional: {
      perSecond: field(`How many a second. Default: ${DEFAULT_LOAD_PER_SECOND}.`, {
        ...{ type: 'integer', minimum: 1, maximum: MAX_LOAD_PER_SECOND },
      }),
      seed: field('Repeats the order of operations and the keys. Default: a random one.', COUNT),
    },
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

export interface RingStreamOutputs {
  /**
   * Keeps a part of the ring equal with the nodes that hold it: what is there, and what is new. Ends once it was compared with all
   * of them, unless it is followed. At most 8 at a time.
   */
  'ring.slice': RingSliceRecord
}

export interface RingTaskOutputs {
  /** Puts and gets random items, for an hour each, and measures how long that takes and what is lost. */
  'ring.load': { progress: RingLoadReport; result: RingLoadReport }
}
