/** What requests ask, as messages and back. */
import { MAX_COPIES, MAX_LISTED, MAX_TOLD } from './constants.ts'
import {
  decodeGreeting,
  decodeItem,
  decodeKey,
  decodeListed,
  decodeOptionalKey,
  encodeGreeting,
  encodeItem,
  encodeKey,
  encodeListed,
  requireOrder,
} from './item-codec.ts'
import type { GetItems, GetPeers, Offer, Request } from './messages.ts'
import type { RequestBody } from './records.ts'

type Asked = Pick<Request, 'getId' | 'getPeers' | 'getItems' | 'getItem' | 'store' | 'offer' | 'hello'>

const DIGEST_BYTES = 8

/** The field of a request that says what is asked. */
export function encodeRequestBody(body: RequestBody): Asked {
  switch (body.type) {
    case 'get-id':
      return { getId: { key: encodeKey(body.key) } }
    case 'get-peers':
      return { getPeers: { previous: body.previous, next: body.next, digest: Buffer.from(body.digest ?? '', 'hex') } }
    case 'get-items':
      return { getItems: { after: encodeKey(body.after), previous: body.isPrevious, limit: body.limit } }
    case 'get-item':
      return { getItem: { key: encodeKey(body.key) } }
    case 'store':
      return { store: encodeItem(body.item) }
    case 'offer':
      return { offer: { items: body.items.map(encodeListed), copy: body.copy } }
    case 'hello':
      return { hello: encodeGreeting(body) }
  }
}

/** Undefined if a later version asks for something else. Throws a RangeError on two questions, and on limits passed. */
export function decodeRequestBody({
  getId,
  getPeers,
  getItems,
  getItem,
  store,
  offer,
  hello,
}: Asked): RequestBody | undefined {
  const bodies: RequestBody[] = [
    ...(getId ? [{ type: 'get-id' as const, key: decodeOptionalKey(getId.key) }] : []),
    ...(getPeers ? [decodeGetPeers(getPeers)] : []),
    ...(getItems ? [decodeGetItems(getItems)] : []),
    ...(getItem ? [{ type: 'get-item' as const, key: decodeKey(getItem.key) }] : []),
    ...(store ? [{ type: 'store' as const, item: decodeItem(store) }] : []),
    ...(offer ? [decodeOffer(offer)] : []),
    ...(hello ? [decodeGreeting(hello)] : []),
  ]
  if (bodies.length > 1) throw new RangeError('a request asks two questions')
  return bodies[0]
}

function decodeGetPeers({ previous, next, digest }: GetPeers): RequestBody {
  if (previous > MAX_TOLD || next > MAX_TOLD)
    throw new RangeError(`at most ${MAX_TOLD} neighbours are told on each side`)
  if (digest.length !== 0 && digest.length !== DIGEST_BYTES) throw new RangeError('a digest has another length')
  return {
    ...{ type: 'get-peers', previous, next },
    digest: digest.length === 0 ? undefined : Buffer.from(digest).toString('hex'),
  }
}

function decodeGetItems({ after, previous, limit }: GetItems): RequestBody {
  if (limit > MAX_LISTED) throw new RangeError(`at most ${MAX_LISTED} keys are listed at a time`)
  return { type: 'get-items', after: decodeOptionalKey(after), isPrevious: previous, limit }
}

function decodeOffer({ items, copy }: Offer): RequestBody {
  if (copy >= MAX_COPIES) throw new RangeError(`an item has at most ${MAX_COPIES} places`)
  const offered = items.map(decodeListed)
  requireOrder(offered)
  return { type: 'offer', items: offered, copy }
}
