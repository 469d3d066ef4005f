/** Sealed documents and roots of the vectors, as nodes read and write them. */
import { describe, expect, it } from 'vitest'
import {
  bytesBeforeBody,
  contentBeforeBody,
  decodeDocument,
  encodeDocument,
  isSignatureValid,
  type Document,
} from '../../../../protocols/document/document.ts'
import { EpochKey, keyIdOf, SALT_BYTES, unpackContent } from '../../../../protocols/sealing/index.ts'
import { digestOfDocumentId, type PeerId } from '../../../../protocols/wire/ids.ts'
import { compose } from '../../../../src/room/compose.ts'
import { decodeRoot, openRoot } from '../../../../src/room/root.ts'
import { openedDocument } from '../../../../src/room/sealing/opened.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { NOW_MS, rootOf, signerOf } from '../../room/history.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface DocumentVector {
  name: string
  key: string
  block: string
  content: { kind: string; body: string } | null
}

interface RootVector {
  name: string
  author: PeerId
  key: string
  body: string
  root: { name: string; app: string } | null
}

const vectors = readVectors<DocumentVector[]>('sealing/vectors/documents.json')
const roots = readVectors<RootVector[]>('sealing/vectors/roots.json')

/** What is inside, if it may be. */
function open(document: Document, key: EpochKey): Document | undefined {
  const { author, seq, body, room } = document
  if (keyIdOf(body) !== key.id) return undefined
  const place = { room: digestOfDocumentId(room!), author, seq, aad: bytesBeforeBody(document) }
  const packed = key.open(place, body)
  const content = packed && unpackContent(packed)
  return content && openedDocument(document, content)
}

describe('a sealed document', () => {
  it.each(vectors)('$name', ({ key, block, content }) => {
    const opened = open(decodeDocument(fromHex(block)), new EpochKey(fromHex(key)))
    expect(opened && { kind: opened.kind, body: toHex(opened.body) }).toEqual(content ?? undefined)
  })

  it('is written as it is read, whatever the length of its body', () => {
    const [signer, random, root] = [signerOf(1), seededRandom(3), rootOf()]
    const key = new EpochKey(new Uint8Array(32).fill(5))
    const epoch = {
      key: key.id,
      id: root.id,
      clock: 1,
      acts: [],
      counts: true,
      depth: 2,
      known: new Uint32Array(0),
      indexes: [],
    }
    for (const length of [0, 1, 200, 300, 60_000]) {
      const body = new Uint8Array(length).fill(length % 256)
      const document = compose(
        { kind: 'message', body },
        { room: root.id, own: undefined, others: [root], signer, timeMs: NOW_MS },
        { key, epoch, random },
      )
      expect([document.kind, document.epoch, isSignatureValid(document)]).toEqual(['sealed', 2, true])
      expect(bytesBeforeBody(decodeDocument(document.block))).toEqual(contentBeforeBody(document))
      const opened = open(document, key)!
      expect([opened.kind, toHex(opened.body)]).toEqual(['message', toHex(body)])
    }
  })

  it('never has the key of another one, also with the same place in the same chain', () => {
    const key = new EpochKey(new Uint8Array(32).fill(5))
    const place = { room: new Uint8Array(32), author: signerOf(1).author, seq: 4, aad: new Uint8Array(0) }
    const plaintext = new Uint8Array(64)
    const salts = [1, 2].map((byte) => new Uint8Array(SALT_BYTES).fill(byte))
    const [one, two] = salts.map((salt) => key.seal(place, plaintext, salt).subarray(1 + 16 + SALT_BYTES, -16))
    const [later] = [key.seal({ ...place, seq: 5 }, plaintext, salts[0]!).subarray(1 + 16 + SALT_BYTES, -16)]
    expect(new Set([one, two, later].map((ciphertext) => toHex(ciphertext!))).size).toBe(3)
  })
})

describe('the root of a private room', () => {
  it.each(roots)('$name', ({ author, key, body, root }) => {
    const document = {
      ...encodeDocument({
        ...{ room: null, author, seq: 0, previous: null, parents: [], clock: 1, timeMs: NOW_MS, epoch: 0 },
        ...{ kind: 'room', links: [], body: fromHex(body) },
      }),
    }
    const opened = openRoot(document, new EpochKey(fromHex(key)))
    expect(opened).toEqual(root === null ? undefined : { ...root, access: 'private' })
    expect(decodeRoot(document)?.name ?? '').toBe('')
  })
})
