/** Directories: keys of texts, records, nodes of the tree, holders, and frames. */
import {
  byBytes,
  bytesField,
  concat,
  digestOf,
  documentId,
  filled,
  hex,
  keyOf,
  peerIdOf,
  sha256,
  utf8,
  varintField,
  type Bytes,
} from './bytes.ts'
import { ROOM } from './document.ts'
import {
  frameOf,
  lenient,
  longVarint,
  MAX_INTEGER,
  nonsense,
  number,
  otherTypes,
  refused,
  TOPIC,
  UNKNOWN,
  type Sample,
} from './frames.ts'

/** Texts and their keys, written out. */
const KEYS: [text: string, key: string][] = [
  ['soup', 'soup'],
  ['Soup, Tomato', 'soup, tomato'],
  ['  SOUP \t\n tomato ', 'soup tomato'],
  ['ｓｏｕｐ', 'soup'],
  ['Straße', 'strasse'],
  ['STRASSE', 'strasse'],
  ['ﬁsh', 'fish'],
  ['cafe\u0301', 'café'],
  ['CAFÉ', 'café'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['οδός', 'οδόσ'],
  ['so\u200bup', 'soup'],
  ['so\u00adup', 'soup'],
  ['\u202esoup', 'soup'],
  ['so\u00a0up', 'so up'],
  ['½ pound', '1⁄2 pound'],
  ['№ 5', 'no 5'],
  ['İstanbul', 'i̇stanbul'],
  ['京都 ラーメン', '京都 ラーメン'],
  ['ﾗｰﾒﾝ', 'ラーメン'],
  ['👩‍🍳 soup', '👩🍳 soup'],
  ['a'.repeat(128), 'a'.repeat(128)],
]

const WITHOUT_KEY: Record<string, string> = {
  nothing: '',
  'only blanks': ' \t\u3000',
  'only characters of no width': '\u200b\u2060\ufe0f',
  'a control character': 'so\u0007up',
  'a delete': 'so\u007fup',
  'a code point without a character': 'so\u{e0fff}\u0378up',
  'of 129 bytes': 'a'.repeat(129),
  'with a key that is too long': '\ufdfa'.repeat(42),
}

/** protocols/directory/vectors/keys.json */
export const directoryKeys = {
  valid: KEYS.map(([text, key]) => ({ text, key })),
  refused: Object.entries(WITHOUT_KEY).map(([name, text]) => ({ name, text })),
}

interface Saying {
  text: string
  time?: number
  link?: Bytes
  act?: Bytes
  gone?: boolean
  of?: Bytes
}

const publicKeyOf = (name: string): Bytes => keyOf(name).publicKey
const peerOf = (name: string): string => peerIdOf(publicKeyOf(name))
const NAMES = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace']
const LINK = concat(Uint8Array.of(1, 0x71, 0x12, 0x20), digestOf('a link'))

function bodyOf({ text, time = 1, link, act, gone, of }: Saying): Bytes {
  return concat(
    bytesField(1, utf8(text)),
    number(2, time),
    ...(link ? [bytesField(3, link)] : []),
    ...(act ? [bytesField(4, act)] : []),
    ...(gone ? [varintField(5, 1)] : []),
    ...(of ? [bytesField(6, of)] : []),
  )
}

function packedOf(author: string, body: Bytes, room = ROOM): Bytes {
  const content = sha256(utf8('kith/directory/record/1'), room, body)
  const key = keyOf(author)
  return concat(key.publicKey, key.sign(content), body)
}

/** The key of a text of ASCII. */
const folded = (text: string): Bytes => utf8(text.toLowerCase())

function recordOf(name: string, author: string, saying: Saying, key = folded(saying.text)) {
  const own = publicKeyOf(author)
  const place = concat(key, filled(1), saying.of ?? own)
  const { link, act, of, ...plain } = saying
  return {
    ...{ name, seed: hex(keyOf(author).seed), author: peerIdOf(own), room: documentId(ROOM) },
    saying: {
      ...{ text: plain.text, timeMs: plain.time ?? 1, isGone: plain.gone === true, of: peerIdOf(of ?? own) },
      ...(link && { link: hex(link) }),
      ...(act && { act: hex(act) }),
    },
    ...{ packed: hex(packedOf(author, bodyOf(saying))), place: hex(place), row: hex(concat(place, own)) },
  }
}

const BOB = publicKeyOf('Bob')
const one = (body: Bytes): Bytes => packedOf('Alice', body)

/** protocols/directory/vectors/records.json */
export const directoryRecords = {
  valid: [
    recordOf('an entry', 'Alice', { text: 'soup' }),
    recordOf('with a link and an act', 'Alice', {
      text: 'Soup',
      time: 1_700_000_000_000,
      link: LINK,
      act: digestOf('act'),
    }),
    recordOf('at the beginning of time', 'Alice', { text: 'soup', time: 0 }),
    recordOf('at the end of time', 'Alice', { text: 'soup', time: MAX_INTEGER }),
    recordOf('removed by its author', 'Alice', { text: 'SOUP', time: 2, gone: true }),
    recordOf('removed by somebody else', 'Alice', { text: 'soup', time: 3, gone: true, of: BOB }),
    recordOf('with a text as long as may be', 'Alice', { text: 's'.repeat(128) }),
  ],
  refused: [
    { name: 'without a text', packed: hex(one(varintField(2, 1))) },
    { name: 'with a text without a key', packed: hex(one(bodyOf({ text: ' ' }))) },
    { name: 'with a text that is not UTF-8', packed: hex(one(bytesField(1, filled(2, 0xff)))) },
    { name: 'with a text that is too long', packed: hex(one(bodyOf({ text: 's'.repeat(129) }))) },
    { name: 'with a time of 2^53', packed: hex(one(concat(bytesField(1, utf8('soup')), varintField(2, 2n ** 53n)))) },
    { name: 'with a link that is too long', packed: hex(one(bodyOf({ text: 'soup', link: filled(73) }))) },
    { name: 'with an act of 31 bytes', packed: hex(one(bodyOf({ text: 'soup', act: filled(31) }))) },
    { name: 'about another one, and not gone', packed: hex(one(bodyOf({ text: 'soup', of: BOB }))) },
    { name: 'about a key of 31 bytes', packed: hex(one(bodyOf({ text: 'soup', gone: true, of: filled(31) }))) },
    { name: 'longer than it may be', packed: hex(one(concat(bodyOf({ text: 'soup' }), bytesField(100, filled(320))))) },
    { name: 'without a body', packed: hex(concat(filled(96))) },
  ],
  unsigned: [
    { name: 'for another room', packed: hex(packedOf('Alice', bodyOf({ text: 'soup' }), digestOf('a room'))) },
    { name: 'by another one', packed: hex(concat(BOB, one(bodyOf({ text: 'soup' })).subarray(32))) },
  ],
}

interface Put {
  author: string
  saying: Saying
}

const put = (author: string, saying: Saying): Put => ({ author, saying })

/** The rules of a node a second time: all records at once. Up to 257 of them, so that it becomes too full once at most. */
function nodeOf(name: string, prefix: string, puts: readonly Put[], admin: string) {
  const rows = new Map<string, { row: Bytes; place: Bytes; author: string; saying: Saying; body: Bytes }>()
  for (const { author, saying } of puts) {
    const own = publicKeyOf(author)
    const place = concat(folded(saying.text), filled(1), saying.of ?? own)
    const row = { row: concat(place, own), place, author, saying, body: bodyOf(saying) }
    const known = rows.get(hex(row.row))
    const later = (row.saying.time ?? 1) - (known?.saying.time ?? 1) || (known ? byBytes(row.body, known.body) : 1)
    if (known === undefined || later > 0) rows.set(hex(row.row), row)
  }
  const sorted = [...rows.values()].sort((a, b) => byBytes(a.row, b.row))
  const counts = new Map<string, number>()
  const within = sorted.filter(({ author }) => {
    counts.set(author, (counts.get(author) ?? 0) + 1)
    return author === admin || (counts.get(author) ?? 0) <= 64
  })
  const bound = within.length > 256 ? within[127]?.place : undefined
  const kept = within.filter(({ place }) => bound === undefined || byBytes(place, bound) <= 0)
  const children = new Uint8Array(32)
  for (const { place } of sorted) {
    const byte = place[prefix.length] ?? 0
    children[byte >> 3] = (children[byte >> 3] ?? 0) | (1 << (byte & 7))
  }
  const removals = kept.filter(({ saying }) => saying.of !== undefined)
  const entries = kept.filter(
    ({ saying, place }) =>
      saying.gone !== true &&
      !removals.some((each) => byBytes(each.place, place) === 0 && (each.saying.time ?? 1) >= (saying.time ?? 1)),
  )
  return {
    ...{ name, room: documentId(ROOM), prefix: hex(utf8(prefix)), admin: peerOf(admin) },
    records: puts.map(({ author, saying }) => hex(packedOf(author, bodyOf(saying)))),
    ...{ bound: bound === undefined ? null : hex(bound), children: hex(children) },
    rows: kept.map(({ row }) => hex(row)),
    entries: entries.map(({ saying }) => saying.text),
  }
}

const many = (count: number, authors: readonly string[]): Put[] =>
  Array.from({ length: count }, (_, i) => put(authors[i % authors.length] ?? '', { text: `soup ${(i * 37) % count}` }))

/** protocols/directory/vectors/nodes.json */
export const directoryNodes = {
  nodes: [
    nodeOf('nothing', '', [], 'Alice'),
    nodeOf(
      'what replaces another one, and what does not',
      '',
      [
        put('Bob', { text: 'Soup', time: 2 }),
        put('Bob', { text: 'soup', time: 1 }),
        put('Carol', { text: 'salt' }),
        put('Carol', { text: 'SALT' }),
        put('Alice', { text: 'soup' }),
      ],
      'Alice',
    ),
    nodeOf(
      'what is removed, and what came after that',
      's',
      [
        put('Bob', { text: 'soup' }),
        put('Bob', { text: 'soup', time: 2, gone: true }),
        put('Carol', { text: 'salt' }),
        put('Alice', { text: 'salt', gone: true, of: publicKeyOf('Carol') }),
        put('Dave', { text: 'salt', time: 5 }),
        put('Alice', { text: 'salt', time: 4, gone: true, of: publicKeyOf('Dave') }),
        put('Alice', { text: 'sugar', time: 9, gone: true, of: BOB }),
      ],
      'Alice',
    ),
    nodeOf('of one author, the first 64', '', many(70, ['Bob']), 'Alice'),
    nodeOf('of an admin, all', '', many(70, ['Alice']), 'Alice'),
    nodeOf('257 records: the first half is left', 's', many(257, NAMES), 'Alice'),
  ],
}

const PEERS = NAMES.map(peerOf)

function holdersFor(prefix: Bytes) {
  const ranked = PEERS.map((peer) => ({
    peer,
    rank: sha256(utf8('kith/directory/holder/1'), ROOM, prefix, utf8(peer)),
  }))
  const holders = ranked.sort((a, b) => byBytes(a.rank, b.rank)).slice(0, 4)
  return { room: documentId(ROOM), prefix: hex(prefix), peers: PEERS, holders: holders.map(({ peer }) => peer) }
}

/** protocols/directory/vectors/holders.json */
export const directoryHolders = { nodes: ['', 's', 'so', 'soup, é'].map((prefix) => holdersFor(utf8(prefix))) }

const CHILDREN = concat(filled(31), Uint8Array.of(0x81))

interface Node {
  length: number
  bound?: string
}

function look(
  serial: number,
  path: string,
  within: number,
  first: number,
  last: number,
  limit: number,
  maxBytes: number,
): Sample {
  return {
    record: { type: 'look', serial, topic: hex(TOPIC), path: hex(utf8(path)), within, first, last, limit, maxBytes },
    field: bytesField(1, lookFields(serial, utf8(path), within, first, last), number(7, limit), number(8, maxBytes)),
  }
}

const lookFields = (serial: number, path: Bytes, within: number, first: number, last: number): Bytes =>
  concat(
    number(1, serial),
    bytesField(2, TOPIC),
    bytesField(3, path),
    number(4, within),
    number(5, first),
    number(6, last),
  )

const boundField = (field: number, bound: string | undefined): Bytes =>
  bound === undefined ? filled(0) : bytesField(field, utf8(bound))

function seen(serial: number, nodes: Node[], records: Bytes[], hasMore = false): Sample {
  const field = bytesField(
    2,
    number(1, serial),
    ...nodes.map(({ length, bound }) =>
      bytesField(2, number(1, length), boundField(2, bound), bytesField(3, CHILDREN)),
    ),
    ...records.map((record) => bytesField(3, record)),
    ...(hasMore ? [varintField(4, 1)] : []),
  )
  const told = nodes.map(({ length, bound }) => ({ length, bound: boundOf(bound), children: hex(CHILDREN) }))
  return { record: { type: 'seen', serial, nodes: told, records: records.map(hex), hasMore }, field }
}

const boundOf = (bound: string | undefined): string | null => (bound === undefined ? null : hex(utf8(bound)))

function putFrame(serial: number, prefix: string, records: Bytes[], head?: { bound?: string }): Sample {
  const field = bytesField(
    3,
    number(1, serial),
    bytesField(2, TOPIC),
    ...(prefix === '' ? [] : [bytesField(3, utf8(prefix))]),
    ...records.map((record) => bytesField(4, record)),
    ...(head ? [boundField(5, head.bound), bytesField(6, CHILDREN)] : []),
  )
  const place = { topic: hex(TOPIC), prefix: hex(utf8(prefix)), records: records.map(hex) }
  const told = head && { head: { bound: boundOf(head.bound), children: hex(CHILDREN) } }
  return { record: { type: 'put', serial, ...place, ...told }, field }
}

function taken(serial: number, kept: number, refusedCount: number, bound?: string, digest?: Bytes): Sample {
  const field = bytesField(
    4,
    ...[number(1, serial), number(2, kept), number(3, refusedCount)],
    ...[boundField(4, bound), bytesField(5, CHILDREN)],
    ...(digest ? [bytesField(6, digest)] : []),
  )
  const head = { bound: boundOf(bound), children: hex(CHILDREN) }
  const told = digest && { digest: hex(digest) }
  return { record: { type: 'taken', serial, kept, refused: refusedCount, head, ...told }, field }
}

const RECORD = one(bodyOf({ text: 'soup' }))
const records = (count: number): Bytes[] => Array.from({ length: count }, (_, i) => one(bodyOf({ text: `soup ${i}` })))

/** protocols/directory/vectors/frames.json */
export const directoryFrames = {
  valid: [
    frameOf('a search', look(1, 'soup', 4, 0, 4, 0, 0)),
    frameOf('a search for a page', look(MAX_INTEGER, 'soup, t', 4, 3, 3, 20, 14_336)),
    frameOf('about as many nodes as allowed', look(1, 's'.repeat(60), 60, 0, 47, 0, 0)),
    frameOf('on the longest path', look(1, 's'.repeat(289), 1, 289, 289, 1, 1)),
    frameOf('nothing is held', seen(1, [], [])),
    frameOf('nodes and records', seen(2, [{ length: 0, bound: 'sou' }, { length: 3 }], records(3), true)),
    frameOf('as many records as allowed', seen(2, [{ length: 0 }], records(63))),
    frameOf('a record for the root', putFrame(1, '', [RECORD])),
    frameOf('records of a holder', putFrame(1, 'so', records(2), { bound: 'soup' })),
    frameOf('a holder asks', putFrame(1, 'so', [], {})),
    frameOf('all were taken', taken(1, 2, 0)),
    frameOf('all were refused, and there is more further down', taken(1, 0, 2, 'soup')),
    frameOf('a holder is answered', taken(1, 0, 0, undefined, filled(8, 7))),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, taken(1, 0, 0).field), taken(1, 0, 0)),
    ),
    lenient(
      'several records',
      concat(look(1, 's', 1, 0, 0, 0, 0).field, seen(1, [], []).field),
      look(1, 's', 1, 0, 0, 0, 0),
      seen(1, [], []),
    ),
  ],
  unusual: [
    refused('a serial in more bytes than it needs', bytesField(2, Uint8Array.of(8), longVarint(1))),
    ...otherTypes('a search', 1, 'bytes', (content) => content),
    ...otherTypes('a serial', 1, 'a number', (content) => bytesField(2, content)),
  ],
  invalid: [
    ...nonsense(look(1, 's', 1, 0, 1, 0, 0)),
    refused('a search on no path', bytesField(1, lookFields(1, filled(0), 0, 0, 0))),
    refused('a search for everything', bytesField(1, lookFields(1, utf8('s'), 0, 0, 0))),
    refused('a search that begins beyond its path', bytesField(1, lookFields(1, utf8('s'), 2, 0, 0))),
    refused('a node beyond the path', bytesField(1, lookFields(1, utf8('s'), 1, 0, 2))),
    refused('nodes that end before they begin', bytesField(1, lookFields(1, utf8('ss'), 1, 2, 1))),
    refused('one node too many', bytesField(1, lookFields(1, filled(60, 115), 1, 0, 48))),
    refused('a path one byte too long', bytesField(1, lookFields(1, filled(290, 115), 1, 0, 0))),
    refused(
      'a topic of 31 bytes',
      bytesField(1, varintField(1, 1), bytesField(2, filled(31)), bytesField(3, utf8('s')), varintField(4, 1)),
    ),
    refused('one record too many told', seen(1, [], records(64)).field),
    refused('one record too many put', putFrame(1, '', records(64)).field),
    refused('a record that is too short', putFrame(1, '', [filled(96)]).field),
    refused('children of 31 bytes', bytesField(4, varintField(1, 1), bytesField(5, filled(31)))),
    refused('a digest of 7 bytes', bytesField(4, varintField(1, 1), bytesField(5, CHILDREN), bytesField(6, filled(7)))),
    refused('a serial of 2^53', bytesField(2, varintField(1, 2n ** 53n))),
  ],
}
