/** Documents that share a file: protocols/file/vectors/files.json. */
import { cidV1, concat, digestOf, fromHex, head, hex, list, NULL, text, uint, utf8, type Bytes } from './bytes.ts'
import { CID } from 'multiformats/cid'
import { readBody } from './json-bodies.ts'
import { FILE_NAMES, isFileName, NO_FILE_NAMES } from './names.ts'

const RAW = cidV1(0x55, 0x12, digestOf('raw'))
const DAG_PB = cidV1(0x70, 0x12, digestOf('dag-pb'))
const CID_V0 = concat(fromHex('1220'), digestOf('dag-pb'))

const body = (name: Bytes | string, type: string, size: Bytes): Bytes =>
  concat(head(5, 3), text('name'), text(name), text('size'), size, text('type'), text(type))
const SOUP = body('soup.pdf', 'file', uint(5))
const PHOTOS = body('Photos', 'folder', uint(0))

/** What a document says of a file, from the specification. */
function fileOf(links: Bytes[], content: Bytes) {
  const [link] = links
  const fields = readBody(content, true)?.value
  if (link === undefined || links.length > 1 || typeof fields !== 'object' || fields === null) return null
  const { name, size, type, ...others } = fields as Record<string, unknown>
  const isOther = Object.keys(others).length > 0 || (type !== 'file' && type !== 'folder')
  if (isOther || typeof name !== 'string' || !isFileName(name)) return null
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
  const isDagPb = hex(link).startsWith('01701220') || hex(link).startsWith('1220')
  const isRaw = hex(link).startsWith('01551220')
  if (!isDagPb && !(isRaw && type === 'file')) return null
  return { id: CID.decode(link).toV1().toString(), name, type, sizeBytes: size }
}

type Sample = [name: string, body: Bytes, ...links: Bytes[]]

const FILES: Sample[] = [
  ['a file of several blocks', SOUP, DAG_PB],
  ['a file of one block', SOUP, RAW],
  ['a folder', PHOTOS, DAG_PB],
  ['a CIDv0: the dag-pb block with its digest', SOUP, CID_V0],
  ['a file of the greatest size', body('large', 'file', uint(Number.MAX_SAFE_INTEGER)), DAG_PB],
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
