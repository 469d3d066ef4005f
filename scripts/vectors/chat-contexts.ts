/** Bodies of contexts in chats: protocols/apps/chat/vectors/contexts.json. */
import {
  concat,
  documentId,
  digestOf,
  filled,
  head,
  hex,
  list,
  NULL,
  sha256,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB } from './document.ts'
import { CAROL, spelled } from './history.ts'
import { readBody } from './json-bodies.ts'

const MESSAGE = 'In ten minutes'
const HASH = hex(sha256(utf8(MESSAGE)))
const ANSWERED = documentId(digestOf('a message that is answered'))
const PEERS = [ALICE, BOB, CAROL].map(({ peer }) => peer)
/** The peer ids of as many keys, of which nobody has the secrets. */
const peersOf = (count: number): Bytes[] => Array.from({ length: count }, (_, index) => text(digestPeer(index)))

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The peer id of the key with some bytes: base58 of an identity multihash of a protobuf. */
function digestPeer(index: number): string {
  const content = concat(Buffer.from('002408011220', 'hex'), digestOf(`somebody ${index}`))
  let number = BigInt(`0x${hex(content)}`)
  let digits = ''
  for (; number > 0n; number /= 58n) digits = (BASE58[Number(number % 58n)] ?? '') + digits
  return `1${digits}`
}

type Field = [name: string, value: Bytes]

/** A map in the canonical order of its keys: shorter ones first, then by their bytes. */
const map = (...fields: Field[]): Bytes => {
  const sorted = fields.toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
  return concat(head(5, fields.length), ...sorted.flatMap(([name, value]) => [text(name), value]))
}

const BODY: Field = ['body', text(HASH)]
const ANSWER: Field = ['replyTo', text(ANSWERED)]
const mentions = (...people: Bytes[]): Field => ['mentions', list(people)]

const CONTEXTS: Record<string, Bytes> = {
  'an answer': map(BODY, ANSWER),
  'an answer that concerns two people': map(BODY, ANSWER, mentions(text(PEERS[0] ?? ''), text(PEERS[2] ?? ''))),
  'a message that concerns somebody': map(BODY, mentions(text(PEERS[1] ?? ''))),
  'one that concerns 32 people': map(BODY, mentions(...peersOf(32))),
  'one of which nothing is said that is known here': map(BODY, ['mood', text('glad')], ['v', uint(2)]),
  'of 4096 bytes: the longest': map(BODY, [
    'rest',
    text('x'.repeat(4096 - map(BODY, ['rest', text('x'.repeat(300))]).length + 300)),
  ]),
}

const NO_CONTEXTS: Record<string, Bytes> = {
  empty: filled(0),
  'a text': utf8(HASH),
  'a list': list([text(HASH)]),
  'of no message': map(ANSWER),
  'with a hash in upper case': map(['body', text(HASH.toUpperCase())], ANSWER),
  'with half a hash': map(['body', text(HASH.slice(0, 32))], ANSWER),
  'an answer to what is no id': map(BODY, ['replyTo', text('the soup')]),
  'an answer to an id in upper case': map(BODY, ['replyTo', text(ANSWERED.toUpperCase())]),
  'an answer to null': map(BODY, ['replyTo', NULL]),
  'mentions of nobody': map(BODY, mentions()),
  'mentions that are no list': map(BODY, ['mentions', text(PEERS[0] ?? '')]),
  'a name instead of a key': map(BODY, mentions(text('Alice'))),
  'one person twice': map(BODY, mentions(text(PEERS[0] ?? ''), text(PEERS[0] ?? ''))),
  '33 people': map(BODY, mentions(...peersOf(33))),
  'keys in another order than the canonical one': concat(
    head(5, 2),
    text('replyTo'),
    text(ANSWERED),
    text('body'),
    text(HASH),
  ),
  'a key twice': concat(head(5, 2), text('body'), text(HASH), text('body'), text(HASH)),
  'with bytes behind it': concat(map(BODY, ANSWER), filled(1)),
  'of 4097 bytes': map(BODY, [
    'rest',
    text('x'.repeat(4097 - map(BODY, ['rest', text('x'.repeat(300))]).length + 300)),
  ]),
}

/** Only what is known here. */
function valueOf(body: Bytes) {
  const { value } = readBody(body, true) ?? { value: {} }
  const { body: hash, replyTo, mentions: people } = value as Record<string, unknown>
  return { body: hash, ...(replyTo !== undefined && { replyTo }), ...(people !== undefined && { mentions: people }) }
}

/** protocols/apps/chat/vectors/contexts.json */
export const chatContexts = {
  message: MESSAGE,
  valid: Object.entries(CONTEXTS).map(([name, body]) => ({ name, body: spelled(body), value: valueOf(body) })),
  ignored: Object.entries(NO_CONTEXTS).map(([name, body]) => ({ name, body: spelled(body) })),
}
