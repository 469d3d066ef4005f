/** Files and folders as blocks: protocols/file/vectors/dags.json. */
import { bytesField, cidV1, concat, filled, fromHex, hex, sha256, utf8, varintField, type Bytes } from './bytes.ts'
import { DAG_CBOR, DAG_PB, idOf, RAW, textOf } from './ensure-map.ts'
import { spelled, type Spelled } from './history.ts'

/** A file by its bytes, a folder by the names in it. */
export type Tree = Bytes | { [name: string]: Tree }

/** A block: its CID, its content with what each of its links leads to, and all blocks from it on that are here. */
export interface Node {
  cid: Bytes
  /** Undefined for a block that is not here, or that is within its CID. */
  content?: Bytes
  below: Node[]
  blocks: [cid: Bytes, block: Bytes][]
}

const [DATA_RAW, DIRECTORY, FILE, METADATA, SYMLINK, SHARD] = [0, 1, 2, 3, 4, 5]

export const block = (codec: number, content: Bytes, below: Node[] = []): Node => {
  const cid = idOf(codec, content)
  return { cid, content, below, blocks: [[cid, content], ...below.flatMap(({ blocks }) => blocks)] }
}
/** A block that is not here. */
export const absent = (cid: Bytes): Node => ({ cid, below: [], blocks: [] })
export const leaf = (content: string | Bytes): Node => block(RAW, typeof content === 'string' ? utf8(content) : content)

type Link = [name: string, node: Node]

const pbNode = (unixfs: Bytes, links: Link[]): Bytes =>
  concat(
    ...links.map(([name, { cid }]) => bytesField(2, bytesField(1, cid), bytesField(2, utf8(name)), varintField(3, 0))),
    bytesField(1, unixfs),
  )
const node = (unixfs: Bytes, links: Link[] = []): Node => {
  const below = links.map(([, linked]) => linked)
  return block(DAG_PB, pbNode(unixfs, links), below)
}

/** The parts of a file with the size that it says each has, and its own bytes before them. */
const fileData = (sizes: number[], data = '', type = FILE): Bytes =>
  concat(
    varintField(1, type),
    data === '' ? filled(0) : bytesField(2, utf8(data)),
    ...sizes.map((size) => varintField(4, size)),
  )
export const file = (parts: [size: number, node: Node][], data = '', type = FILE): Node =>
  node(
    fileData(
      parts.map(([size]) => size),
      data,
      type,
    ),
    parts.map(([, part]) => ['', part]),
  )
export const folder = (...links: Link[]): Node => node(varintField(1, DIRECTORY), links)
const shard = (fanout: number, ...links: Link[]): Node =>
  node(concat(varintField(1, SHARD), varintField(5, 0x22), varintField(6, fanout)), links)
export const inline = (codec: number, content: Bytes): Node => absent(cidV1(codec, 0, content))

export const hello = leaf('hello')
export const parts = file([
  [5, hello],
  [3, leaf('you')],
])

export const TREES: Record<string, [root: Node, tree: Tree]> = {
  'a file of one block': [hello, utf8('hello')],
  'an empty file': [leaf(''), filled(0)],
  'an empty file in dag-pb': [file([]), filled(0)],
  'a file of two blocks': [parts, utf8('helloyou')],
  'the same block twice': [
    file([
      [5, hello],
      [5, hello],
    ]),
    utf8('hellohello'),
  ],
  'a file with bytes in its root, before those of its parts': [file([[5, hello]], 'oh '), utf8('oh hello')],
  'a file of the type raw': [file([], 'hello', DATA_RAW), utf8('hello')],
  'parts of parts': [
    file([
      [8, parts],
      [5, file([], 'hello', DATA_RAW)],
    ]),
    utf8('helloyouhello'),
  ],
  'an empty part is not read, and need not be here': [
    file([
      [5, hello],
      [0, absent(idOf(RAW, utf8('nowhere')))],
    ]),
    utf8('hello'),
  ],
  'a size of the file that the block states beside those of its parts is not read': [
    node(concat(varintField(1, FILE), varintField(3, 99), varintField(4, 5)), [['', hello]]),
    utf8('hello'),
  ],
  'names of parts are not read': [node(fileData([5]), [['../a', hello]]), utf8('hello')],
  'mode and time are not read': [
    node(concat(fileData([], 'hello'), varintField(7, 0o777), bytesField(8, varintField(1, 1_000))), []),
    utf8('hello'),
  ],
  'an empty folder': [folder(), {}],
  'folders in a folder, with names in any order': [
    folder(['b', folder(['c', hello], ['a', leaf('')])], ['a', parts]),
    { a: utf8('helloyou'), b: { a: filled(0), c: utf8('hello') } },
  ],
  'a folder in parts': [
    shard(256, ['0Ca', hello], ['F0', shard(256, ['01b', leaf('b')], ['FFc', folder()])]),
    { a: utf8('hello'), b: utf8('b'), c: {} },
  ],
  'a folder in parts, wherever its entries belong by their hashes': [
    shard(8, ['0a', hello], ['7b', leaf('b')]),
    { a: utf8('hello'), b: utf8('b') },
  ],
  'blocks within their CIDs': [
    folder(['a', inline(RAW, utf8('hello'))], ['b', inline(DAG_PB, pbNode(fileData([], 'b'), []))]),
    { a: utf8('hello'), b: utf8('b') },
  ],
}

export const NO_TREES: Record<string, Node> = {
  'dag-cbor': block(DAG_CBOR, fromHex('80')),
  'dag-pb without data': block(DAG_PB, filled(0)),
  'dag-pb with data that is no UnixFS': block(DAG_PB, bytesField(1, utf8('garbage'))),
  'a symbolic link': node(concat(varintField(1, SYMLINK), bytesField(2, utf8('/etc/passwd')))),
  'a symbolic link in a folder': folder(['a', node(concat(varintField(1, SYMLINK), bytesField(2, utf8('..'))))]),
  metadata: node(varintField(1, METADATA)),
  'a folder as part of a file': file([
    [0, hello],
    [1, folder()],
  ]),
  'a part with another size than its parent says': file([[4, hello]]),
  'a part with more parts than it says sizes': node(fileData([]), [['', hello]]),
  'a part with fewer parts than it says sizes': node(fileData([5, 5]), [['', hello]]),
  'sizes of more than 2^53 - 1 bytes': file([
    [Number.MAX_SAFE_INTEGER, hello],
    [1, hello],
  ]),
  'a link by another hash function': node(fileData([5]), [['', absent(cidV1(RAW, 0x1e, sha256(utf8('hello'))))]]),
  'a block of 129 bytes within its CID': file([[129, absent(concat(fromHex('0155008101'), filled(129)))]]),
  'a name twice': folder(['a', hello], ['a', leaf('b')]),
  'a name that is none: ..': folder(['..', hello]),
  'a name that is none: a/b': folder(['a/b', hello]),
  'a name that is none: empty': folder(['', hello]),
  'a name that is none: con': folder(['con', hello]),
  'a name that is none, in a folder within': folder(['a', folder(['b\n', hello])]),
  'a fanout of 4': shard(4, ['0a', hello]),
  'a fanout of 2048': shard(2_048, ['000a', hello]),
  'a fanout of 100': shard(100, ['0Ca', hello]),
  'an empty part of a folder': shard(256, ['00', shard(256)]),
  'a folder as part of a folder': shard(256, ['00', folder(['a', hello])]),
  'a file as part of a folder': shard(256, ['00', hello]),
  'a name twice in parts of a folder': shard(256, ['00a', hello], ['01', shard(256, ['00a', hello])]),
  '65 folders within a folder': Array.from({ length: 65 }).reduce<Node>((inner) => folder(['a', inner]), folder()),
  '65 links from a file to its bytes': Array.from({ length: 65 }).reduce<Node>((inner) => file([[5, inner]]), hello),
}

export const blocksOf = ({ blocks }: Node) =>
  Object.fromEntries(blocks.map(([cid, content]): [string, Spelled] => [textOf(cid), spelled(content)]))

export const sizeOf = (tree: Tree): number =>
  tree instanceof Uint8Array ? tree.length : Object.values(tree).reduce((sum, each) => sum + sizeOf(each), 0)

export const withHex = (tree: Tree): unknown =>
  tree instanceof Uint8Array
    ? hex(tree)
    : Object.fromEntries(Object.entries(tree).map(([name, each]) => [name, withHex(each)]))

/** protocols/file/vectors/dags.json */
export const dags = {
  valid: Object.entries(TREES).map(([name, [root, tree]]) => ({
    ...{ name, root: textOf(root.cid), blocks: blocksOf(root) },
    ...{ type: tree instanceof Uint8Array ? 'file' : 'folder', sizeBytes: sizeOf(tree), tree: withHex(tree) },
  })),
  refused: Object.entries(NO_TREES).map(([name, root]) => ({ name, root: textOf(root.cid), blocks: blocksOf(root) })),
}
