/** Documents that share a file: protocols/file/vectors/files.json. */
import {
  bytes,
  cidV1,
  concat,
  digestOf,
  filled,
  fromHex,
  head,
  hex,
  link,
  list,
  NULL,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import { CID } from 'multiformats/cid'
import { readBody } from './json-bodies.ts'
import { FILE_NAMES, isFileName, nameOf, NO_FILE_NAMES } from './names.ts'

const RAW = cidV1(0x55, 0x12, digestOf('raw'))
const DAG_PB = cidV1(0x70, 0x12, digestOf('dag-pb'))
const CID_V0 = concat(fromHex('1220'), digestOf('dag-pb'))

const body = (name: Bytes | string, type: string, size: Bytes): Bytes =>
  concat(head(5, 3), text('name'), text(name), text('size'), size, text('type'), text(type))
const SOUP = body('soup.pdf', 'file', uint(5))
const PHOTOS = body('Photos', 'folder', uint(0))

const KEY = digestOf('file key')
const DAG_CBOR = cidV1(0x71, 0x12, digestOf('dag-cbor'))
const sealedBody = (name: string, type: string, key: Bytes, root: Bytes): Bytes =>
  concat(
    ...[head(5, 5), text('key'), key, text('name'), text(name), text('root'), root],
    ...[text('size'), uint(5), text('type'), text(type)],
  )
const SEALED_SOUP = sealedBody('soup.pdf', 'file', bytes(KEY), bytes(DAG_PB))
const SEALED_NOTE = sealedBody('note.txt', 'file', bytes(KEY), bytes(RAW))
const SEALED_PHOTOS = sealedBody('Photos', 'folder', bytes(KEY), bytes(DAG_PB))

const isGuest = (name: string): boolean => utf8(name).length <= 32 && nameOf(utf8(name)) !== undefined

const byGuest = (guest: Bytes): Bytes =>
  concat(
    ...[head(5, 4), text('name'), text('soup.pdf'), text('size'), uint(5)],
    ...[text('type'), text('file'), text('guest'), guest],
  )
const SEALED_BY_GUEST = concat(
  ...[head(5, 6), text('key'), bytes(KEY), text('name'), text('note.txt'), text('root'), bytes(RAW)],
  ...[text('size'), uint(5), text('type'), text('file'), text('guest'), text('Kim')],
)

const isId = (cid: Bytes, codec: string): boolean => cid.length === 36 && hex(cid).startsWith(`01${codec}1220`)

/** What a document says of a file, from the specification. */
function fileOf(links: Bytes[], content: Bytes) {
  const [link] = links
  const fields = readBody(content, false)?.value
  if (link === undefined || links.length > 1 || typeof fields !== 'object' || fields === null) return null
  const { guest, ...rest } = fields as Record<string, unknown>
  if (guest !== undefined && (typeof guest !== 'string' || !isGuest(guest))) return null
  const by = guest === undefined ? {} : { guest }
  const { name, size, type, ...others } = rest
  const { key, root, ...unknown } = others
  if ('key' in others || 'root' in others) {
    if (!(key instanceof Uint8Array && root instanceof Uint8Array) || key.length !== 32) return null
    const isDagPb = isId(link, '71') && isId(root, '70')
    const isRaw = isId(link, '55') && isId(root, '55') && type === 'file'
    const plain = Object.keys(unknown).length === 0 && describe(name, size, type)
    if (!plain || (!isDagPb && !isRaw)) return null
    const sealing = { key: hex(key), root: CID.decode(root).toString() }
    return { id: CID.decode(link).toString(), ...plain, ...by, sealing }
  }
  const plain = Object.keys(others).length === 0 && describe(name, size, type)
  const isDagPb = hex(link).startsWith('01701220') || hex(link).startsWith('1220')
  const isRaw = hex(link).startsWith('01551220')
  if (!plain || (!isDagPb && !(isRaw && type === 'file'))) return null
  return { id: CID.decode(link).toV1().toString(), ...plain, ...by }
}

function describe(name: unknown, size: unknown, type: unknown) {
  if ((type !== 'file' && type !== 'folder') || typeof name !== 'string' || !isFileName(name)) return undefined
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
  return { name, type, sizeBytes: size }
}

type Sample = [name: string, body: Bytes, ...links: Bytes[]]

const FILES: Sample[] = [
  ['a file of several blocks', SOUP, DAG_PB],
  ['a file of one block', SOUP, RAW],
  ['a folder', PHOTOS, DAG_PB],
  ['a CIDv0: the dag-pb block with its digest', SOUP, CID_V0],
  ['a file of the greatest size', body('large', 'file', uint(Number.MAX_SAFE_INTEGER)), DAG_PB],
  ['a sealed file of several blocks', SEALED_SOUP, DAG_CBOR],
  ['a sealed file of one block', SEALED_NOTE, RAW],
  ['a sealed folder', SEALED_PHOTOS, DAG_CBOR],
  ['a file that a guest shares', byGuest(text('Kim')), RAW],
  ['a sealed file that a guest shares', SEALED_BY_GUEST, RAW],
  ...FILE_NAMES.map((name): Sample => [`the name ${JSON.stringify(name)}`, body(name, 'file', uint(5)), RAW]),
]

const NO_FILES: Sample[] = [
  ['no link', SOUP],
  ['two links', SOUP, DAG_PB, RAW],
  ['a folder in a raw block', PHOTOS, RAW],
  ['a link to dag-cbor', SOUP, cidV1(0x71, 0x12, digestOf('dag-cbor'))],
  ['a link by another hash function', SOUP, cidV1(0x55, 0x1e, digestOf('blake3'))],
  ['a link by the hash function identity', SOUP, cidV1(0x55, 0x00, utf8('hello'))],
  ['a type that is not known', body('a', 'symlink', uint(5)), DAG_PB],
  ['a size that is negative', body('a', 'file', head(1, 0)), DAG_PB],
  ['a size that is a fraction', body('a', 'file', fromHex('fb3ff8000000000000')), DAG_PB],
  ['a size of 2^53', body('a', 'file', uint(2n ** 53n)), DAG_PB],
  ['a size of 2^53 as a float', body('a', 'file', fromHex('fb4340000000000000')), DAG_PB],
  ['a size that is text', body('a', 'file', text('5')), DAG_PB],
  ['a size in more bytes than it needs', body('a', 'file', fromHex('1805')), DAG_PB],
  ['no size', concat(head(5, 2), text('name'), text('a'), text('type'), text('file')), DAG_PB],
  ['a key more', concat(head(5, 4), SOUP.subarray(1), text('zzzzz'), NULL), DAG_PB],
  [
    'keys in another order',
    concat(head(5, 3), text('type'), text('file'), text('name'), text('a'), text('size'), uint(5)),
    DAG_PB,
  ],
  ['a list', list([text('a'), text('file'), uint(5)]), DAG_PB],
  ['a text', text('soup.pdf'), DAG_PB],
  ['empty', utf8(''), DAG_PB],
  ['a byte after it', concat(SOUP, fromHex('00')), DAG_PB],
  ['a byte less', SOUP.subarray(0, -1), DAG_PB],
  ['a name that is no UTF-8', body(fromHex('61ff'), 'file', uint(5)), DAG_PB],
  ['a name that is no text', concat(head(5, 3), text('name'), uint(7), SOUP.subarray(15)), DAG_PB],
  ['a sealed folder in a raw block', SEALED_PHOTOS, RAW],
  ['a sealed file in dag-pb', SEALED_SOUP, DAG_PB],
  ['a sealed file whose root is raw, in dag-cbor', SEALED_NOTE, DAG_CBOR],
  ['a sealed folder whose root is raw', sealedBody('a', 'folder', bytes(KEY), bytes(RAW)), RAW],
  ['a sealed file whose root is dag-cbor', sealedBody('a', 'file', bytes(KEY), bytes(DAG_CBOR)), DAG_CBOR],
  ['a sealed file whose root is a CIDv0', sealedBody('a', 'file', bytes(KEY), bytes(CID_V0)), DAG_CBOR],
  ['a sealed file whose root is a link', sealedBody('a', 'file', bytes(KEY), link(DAG_CBOR)), DAG_CBOR],
  ['a sealed file whose root is cut', sealedBody('a', 'file', bytes(KEY), bytes(RAW.subarray(0, -1))), RAW],
  ['a sealed file whose root is longer', sealedBody('a', 'file', bytes(KEY), bytes(concat(RAW, filled(1)))), RAW],
  ['a key of 31 bytes', sealedBody('a', 'file', bytes(KEY.subarray(1)), bytes(RAW)), RAW],
  ['a key of 33 bytes', sealedBody('a', 'file', bytes(concat(KEY, filled(1))), bytes(RAW)), RAW],
  ['a key that is text', sealedBody('a', 'file', text('k'.repeat(32)), bytes(RAW)), RAW],
  ['a key that is null', sealedBody('a', 'file', NULL, bytes(RAW)), RAW],
  ['a key without a root', concat(head(5, 4), text('key'), bytes(KEY), body('a', 'file', uint(5)).subarray(1)), RAW],
  [
    'a root without a key',
    concat(
      ...[head(5, 4), text('name'), text('a'), text('root'), bytes(RAW)],
      ...[text('size'), uint(5), text('type'), text('file')],
    ),
    RAW,
  ],
  ['a sealed file with two links', SEALED_NOTE, RAW, RAW],
  ['a sealed file with a byte after it', concat(SEALED_NOTE, filled(1)), RAW],
  ['a guest that is null', byGuest(NULL), RAW],
  ['a guest without a name', byGuest(text('')), RAW],
  ['a guest whose name has 33 bytes', byGuest(text('a'.repeat(33))), RAW],
  ['a guest whose name has a line end', byGuest(text('Kim\n')), RAW],
  ...NO_FILE_NAMES.map((name): Sample => [`the name ${JSON.stringify(name)}`, body(name, 'file', uint(5)), RAW]),
]

const vector = ([name, content, ...links]: Sample) => ({
  name,
  links: links.map((link) => CID.decode(link).toString()),
  body: hex(content),
  file: fileOf(links, content),
})

/** protocols/file/vectors/files.json */
export const files = { valid: FILES.map(vector), ignored: NO_FILES.map(vector) }
