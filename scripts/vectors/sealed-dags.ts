/** Sealed blocks, and files and folders of them: protocols/file/vectors/sealed-blocks.json and sealed-dags.json. */
import { createCipheriv, createHmac } from 'node:crypto'
import {
  bytes,
  cidV1,
  concat,
  digestOf,
  filled,
  fromHex,
  hex,
  link,
  list,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import {
  absent,
  block,
  blocksOf,
  file,
  folder,
  hello,
  inline,
  leaf,
  NO_TREES,
  parts,
  sizeOf,
  TREES,
  withHex,
  type Node,
  type Tree,
} from './dags.ts'
import { DAG_CBOR, idOf, RAW, textOf } from './ensure-map.ts'
import { spelled } from './history.ts'

const KEY = digestOf('file key')
const EXAMPLE_KEY = filled(32, 7)
const OTHER_KEY = digestOf('another file key')

const hmac = (key: Bytes, ...content: Bytes[]): Bytes =>
  createHmac('sha256', key)
    .update(concat(...content))
    .digest()

/** HKDF with SHA-256, no salt, and an output of one block. */
const hkdf = (key: Bytes, info: Bytes): Bytes => hmac(hmac(filled(32), key), info, Uint8Array.of(1))

/** The ciphertext of a block that has the id, whatever its content. */
function encrypted(id: Bytes, content: Bytes, key = KEY): Bytes {
  const cipher = createCipheriv('chacha20-poly1305', hkdf(key, concat(utf8('kith/file-block/1'), id)), filled(12), {
    authTagLength: 16,
  })
  return concat(cipher.update(content), cipher.final(), cipher.getAuthTag())
}

const codecOf = (cid: Bytes): number => cid[1] ?? 0

/** The sealed block of a block that is not raw. */
const inner = (ciphertext: Bytes, below: Node[], version = uint(1)): Node =>
  block(DAG_CBOR, list([version, list(below.map(({ cid }) => link(cid))), bytes(ciphertext)]), below)

/** A DAG, sealed. What is not here is not here sealed either. */
function sealed(node: Node, key = KEY): Node {
  const { cid, content, below } = node
  if (content === undefined) return absent(idOf(RAW, concat(utf8('sealed nowhere '), cid)))
  const ciphertext = encrypted(cid, content, key)
  return codecOf(cid) === RAW
    ? block(RAW, ciphertext)
    : inner(
        ciphertext,
        below.map((each) => sealed(each, key)),
      )
}

/** A block of two links, sealed with other links than those to the sealed blocks of what it links to. */
const withLinks = (...below: Node[]): Node => inner(encrypted(parts.cid, parts.content ?? filled(0)), below)
const [first, second] = parts.below.map((each) => sealed(each))
if (first === undefined || second === undefined) throw new Error('there are two parts')

const isWithinCid = ({ cid, below }: Node): boolean => cid[2] === 0 || below.some(isWithinCid)

interface Sample {
  root: Node
  sealedRoot: Node
  key?: Bytes
}

const dag = (name: string, { root, sealedRoot, key = KEY }: Sample) => ({
  ...{ name, root: textOf(sealedRoot.cid), sealing: { key: hex(key), root: textOf(root.cid) } },
  blocks: blocksOf(sealedRoot),
})

const notHere = file([[5, absent(idOf(RAW, utf8('hello')))]])

/** Sealed otherwise than the spec says: nothing of them is saved. */
const NO_DAGS: Record<string, Sample> = {
  'another key': { root: parts, sealedRoot: sealed(parts), key: OTHER_KEY },
  'another root': { root: file([[5, leaf('world')]]), sealedRoot: sealed(file([[5, hello]])) },
  'the DAG as it was before': { root: parts, sealedRoot: parts },
  'a file of one block as it was before': { root: hello, sealedRoot: hello },
  'parts in another order': { root: parts, sealedRoot: withLinks(second, first) },
  'a part twice': { root: parts, sealedRoot: withLinks(first, first) },
  'a link less': { root: parts, sealedRoot: withLinks(first) },
  'a link more': { root: parts, sealedRoot: withLinks(first, second, first) },
  'a part as it was before': { root: parts, sealedRoot: withLinks(first, leaf('you')) },
  'a part sealed with another key': { root: parts, sealedRoot: withLinks(first, sealed(leaf('you'), OTHER_KEY)) },
  'a part that is cut': {
    root: parts,
    sealedRoot: withLinks(first, block(RAW, encrypted(leaf('you').cid, utf8('you')).subarray(0, -1))),
  },
  'a part of less than 16 bytes': { root: parts, sealedRoot: withLinks(first, leaf('short')) },
  'a part that is something else than its id says': {
    root: parts,
    sealedRoot: withLinks(first, block(RAW, encrypted(leaf('you').cid, utf8('me!')))),
  },
  'a raw part in dag-cbor': {
    root: parts,
    sealedRoot: withLinks(first, inner(encrypted(leaf('you').cid, utf8('you')), [])),
  },
  'a part that is a folder': {
    root: parts,
    sealedRoot: withLinks(first, sealed(folder())),
  },
  'a dag-pb block in a raw one': {
    root: folder(),
    sealedRoot: block(RAW, encrypted(folder().cid, folder().content ?? filled(0))),
  },
  'a block within its CID': {
    root: file([[5, inline(RAW, utf8('hello'))]]),
    sealedRoot: inner(
      encrypted(
        file([[5, inline(RAW, utf8('hello'))]]).cid,
        file([[5, inline(RAW, utf8('hello'))]]).content ?? filled(0),
      ),
      [sealed(hello)],
    ),
  },
  'a block that was dag-cbor': {
    root: block(DAG_CBOR, fromHex('80')),
    sealedRoot: inner(encrypted(idOf(DAG_CBOR, fromHex('80')), fromHex('80')), []),
  },
}

/** DAGs without blocks within CIDs, as those cannot be sealed. */
const trees = Object.entries(TREES).filter(([, [root]]) => !isWithinCid(root))
const noTrees = Object.entries(NO_TREES).filter(([, root]) => !isWithinCid(root) && codecOf(root.cid) !== DAG_CBOR)

/** protocols/file/vectors/sealed-dags.json */
export const sealedDags = {
  valid: trees.map(([name, [root, tree]]: [string, [Node, Tree]]) => ({
    ...dag(name, { root, sealedRoot: sealed(root) }),
    ...{ type: tree instanceof Uint8Array ? 'file' : 'folder', sizeBytes: sizeOf(tree), tree: withHex(tree) },
  })),
  refused: [
    ...noTrees.map(([name, root]) => dag(name, { root, sealedRoot: sealed(root) })),
    ...Object.entries(NO_DAGS).map(([name, sample]) => dag(name, sample)),
  ],
}

/** A block and its sealed block; the blocks that it links to are in `children`. */
const pair = (name: string, node: Node, key = KEY, { cid, content, below }: Node = sealed(node, key)) => ({
  ...{ name, key: hex(key), id: textOf(node.cid), children: below.map((child) => textOf(child.cid)) },
  ...{ block: spelled(node.content ?? filled(0)), sealedId: textOf(cid), sealed: spelled(content ?? filled(0)) },
})

const opening = (name: string, node: Node, { cid, content }: Node, key = KEY) => ({
  ...{ name, key: hex(key), id: textOf(node.cid), sealedId: textOf(cid), sealed: spelled(content ?? filled(0)) },
})

const cbor = (content: Bytes): Node => block(DAG_CBOR, content)
const empty = folder()
const emptyCiphertext = encrypted(empty.cid, empty.content ?? filled(0))
const [ONE, NO_LINKS, CONTENT] = [uint(1), list([]), bytes(emptyCiphertext)]
const changed = (content: Bytes, at: number): Bytes => content.map((byte, i) => (i === at ? byte ^ 1 : byte))
const helloCiphertext = encrypted(hello.cid, utf8('hello'))

const BAD_BLOCKS: [name: string, node: Node, sealedNode: Node, key?: Bytes][] = [
  ['another key', hello, sealed(hello), OTHER_KEY],
  ['another id', leaf('world'), sealed(hello)],
  ['the block as it was before', hello, hello],
  ['the first byte changed', hello, block(RAW, changed(helloCiphertext, 0))],
  ['the last byte changed', hello, block(RAW, changed(helloCiphertext, helloCiphertext.length - 1))],
  ['a byte less', hello, block(RAW, helloCiphertext.subarray(0, -1))],
  ['a byte more', hello, block(RAW, concat(helloCiphertext, filled(1)))],
  ['15 bytes', hello, block(RAW, filled(15))],
  ['no bytes', hello, block(RAW, filled(0))],
  ['content that does not have the id', hello, block(RAW, encrypted(hello.cid, utf8('world')))],
  ['dag-pb content that does not have the id', empty, inner(encrypted(empty.cid, utf8('world')), [])],
  ['a raw block in dag-cbor', hello, inner(helloCiphertext, [])],
  ['a dag-pb block in a raw one', empty, block(RAW, emptyCiphertext)],
  ['version 0', empty, inner(emptyCiphertext, [], uint(0))],
  ['version 2', empty, inner(emptyCiphertext, [], uint(2))],
  ['a version that is text', empty, inner(emptyCiphertext, [], text('1'))],
  ['a list of two', empty, cbor(list([ONE, NO_LINKS]))],
  ['a list of four', empty, cbor(list([ONE, NO_LINKS, CONTENT, ONE]))],
  ['an empty list', empty, cbor(NO_LINKS)],
  ['a list in a list', empty, cbor(list([list([ONE, NO_LINKS, CONTENT])]))],
  ['links that are bytes', empty, cbor(list([ONE, bytes(filled(0)), CONTENT]))],
  ['a link that is bytes', empty, cbor(list([ONE, list([bytes(hello.cid)]), CONTENT]))],
  ['a link within a list', empty, cbor(list([ONE, list([list([link(hello.cid)])]), CONTENT]))],
  [
    'a link by another hash function',
    empty,
    cbor(list([ONE, list([link(cidV1(RAW, 0x1e, digestOf('blake3')))]), CONTENT])),
  ],
  ['content that is text', empty, cbor(list([ONE, NO_LINKS, text('content')]))],
  ['content of 15 bytes', empty, cbor(list([ONE, NO_LINKS, bytes(filled(15))]))],
  ['a byte after it', empty, cbor(concat(list([ONE, NO_LINKS, CONTENT]), filled(1)))],
  ['a version in more bytes than it needs', empty, cbor(list([fromHex('1801'), NO_LINKS, CONTENT]))],
  ['bytes', empty, cbor(CONTENT)],
  ['nothing', empty, cbor(filled(0))],
]

/** protocols/file/vectors/sealed-blocks.json */
export const sealedBlocks = {
  valid: [
    pair('five bytes', hello),
    pair('the example of the specification: a block', hello, EXAMPLE_KEY),
    pair('the example of the specification: a folder with it', folder(['a', hello]), EXAMPLE_KEY),
    pair('no bytes', leaf('')),
    pair('zeros', leaf(filled(1_000))),
    pair('an empty folder', empty),
    pair('a file of two blocks', parts),
    pair('a folder, whose names are not to be seen', folder(['secret.txt', hello], ['sub', folder(['a', parts])])),
    pair('a block that is not here is linked to', notHere),
  ],
  invalid: BAD_BLOCKS.map(([name, node, sealedNode, key]) => opening(name, node, sealedNode, key)),
}
