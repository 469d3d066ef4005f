/** What answers say, as messages and back. */
import { wireBytes } from '../wire/id-codec.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { MAX_LISTED } from './constants.ts'
import {
  checkRecord,
  decodeGreeting,
  decodeItem,
  decodeListed,
  encodeGreeting,
  encodeItem,
  encodeListed,
} from './item-codec.ts'
import type { Answer, Peer, Wanted } from './messages.ts'
import type { AnswerBody, Failure, StoreOutcome, ToldPeer } from './records.ts'

type Said = Pick<Answer, 'id' | 'peers' | 'items' | 'found' | 'stored' | 'wanted' | 'hello'> & { failure?: number }

/** By their numbers; 0 is no failure. */
const FAILURES: readonly (Failure | undefined)[] = [undefined, 'busy', 'too-many-hops', 'nobody']
const OUTCOMES: readonly StoreOutcome[] = ['held', 'newer', 'full']

const NOTHING = new Uint8Array(0)
const BITS_PER_BYTE = 8

/** The fields of an answer that say what is answered. */
export function encodeAnswerBody(body: AnswerBody): Said {
  switch (body.type) {
    case 'failure':
      return { failure: FAILURES.indexOf(body.failure) }
    case 'id':
      return { id: { items: body.items, sizeBytes: body.sizeBytes, holds: body.holds, sequence: body.sequence } }
    case 'peers':
      return { peers: { same: body.isSame, previous: body.previous.map(encodeTold), next: body.next.map(encodeTold) } }
    case 'items':
      return { items: { items: body.items.map(encodeListed) } }
    case 'found':
      return { found: body.item === undefined ? {} : { item: encodeItem(body.item) } }
    case 'stored':
      return { stored: { outcome: OUTCOMES.indexOf(body.outcome), sequence: body.sequence } }
    case 'wanted':
      return { wanted: encodeWanted(body.lacking) }
    case 'hello':
      return { hello: encodeGreeting(body) }
  }
}

/** Undefined if a later version says something else. Throws a RangeError on two answers, and on limits passed. */
export function decodeAnswerBody({
  failure = 0,
  id,
  peers,
  items,
  found,
  stored,
  wanted,
  hello,
}: Said): AnswerBody | undefined {
  const bodies: (AnswerBody | undefined)[] = [
    ...(failure === 0 ? [] : [decodeFailure(failure)]),
    ...(id ? [{ type: 'id' as const, ...id }] : []),
    ...(peers
      ? [
          {
            type: 'peers' as const,
            isSame: peers.same,
            previous: peers.previous.map(decodeTold),
            next: peers.next.map(decodeTold),
          },
        ]
      : []),
    ...(items ? [{ type: 'items' as const, items: items.items.map(decodeListed) }] : []),
    ...(found ? [{ type: 'found' as const, item: found.item && decodeItem(found.item) }] : []),
    ...(stored ? [decodeStored(stored)] : []),
    ...(wanted ? [decodeWanted(wanted)] : []),
    ...(hello ? [decodeGreeting(hello)] : []),
  ]
  if (bodies.length > 1) throw new RangeError('an answer says two things')
  return bodies[0]
}

function decodeFailure(failure: number): AnswerBody | undefined {
  const known = FAILURES[failure]
  return known && { type: 'failure', failure: known }
}

function decodeStored({ outcome, sequence }: NonNullable<Said['stored']>): AnswerBody | undefined {
  const known = OUTCOMES[outcome]
  return known && { type: 'stored', outcome: known, sequence }
}

function encodeTold({ peer, record }: ToldPeer): Peer {
  return { key: wireBytes(publicKeyOfPeerId(peer) ?? NOTHING), record: wireBytes(record) }
}

function decodeTold({ key, record }: Peer): ToldPeer {
  if (key.length !== PUBLIC_KEY_BYTES) throw new RangeError('the key of a node has another length')
  return { peer: peerIdOfPublicKey(key), record: checkRecord(record) }
}

function encodeWanted(lacking: readonly boolean[]): Wanted {
  const bits = Buffer.alloc(Math.ceil(lacking.length / BITS_PER_BYTE))
  for (const [index, isLacking] of lacking.entries()) {
    const byte = Math.floor(index / BITS_PER_BYTE)
    if (isLacking) bits[byte] = (bits[byte] ?? 0) | (1 << (index % BITS_PER_BYTE))
  }
  return { answered: lacking.length, lacking: bits }
}

function decodeWanted({ answered, lacking }: Wanted): AnswerBody {
  if (answered > MAX_LISTED || lacking.length !== Math.ceil(answered / BITS_PER_BYTE))
    throw new RangeError('an answer to an offer has another length')
  const bitAt = (index: number): boolean =>
    ((lacking[Math.floor(index / BITS_PER_BYTE)] ?? 0) & (1 << (index % BITS_PER_BYTE))) !== 0
  return { type: 'wanted', lacking: Array.from({ length: answered }, (_, index) => bitAt(index)) }
}
