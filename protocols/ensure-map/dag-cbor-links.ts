/**
 * The links in a block of dag-cbor. It is read item by item, without building its values: what is accepted depends
 * on README.md alone, not on how a language's decoder treats keys, text and depth.
 */
import { Tokenizer, Type, type Token } from 'cborg'
import { CID } from 'multiformats/cid'
import { MAX_BLOCK_DEPTH } from './constants.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

const CID_TAG = 42
/** A head and the 64 bits of a double. */
const FLOAT_BYTES = 9
/** Digest bytes of a CIDv0, which cannot state another length. */
const CID_V0_DIGEST_BYTES = 32

/** An array or map whose items are still to come. */
interface Open {
  /** Items, in a map keys and values alike. */
  left: number
  /** The keys of a map so far, a character for each byte. */
  keys: Set<string> | undefined
}

/** The CIDs in a block, in the order of its bytes. Throws if it is not dag-cbor. */
export function cidsInDagCbor(block: Uint8Array): CID[] {
  const tokens = new Tokenizer(block, {
    ...{ strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: true },
    ...{ allowNaN: false, allowInfinity: false, retainStringBytes: true },
  })
  const cids: CID[] = []
  const open: Open[] = [{ left: 1, keys: undefined }]
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    if (inner.left === 0) {
      open.pop()
      continue
    }
    const isKey = inner.keys !== undefined && inner.left % 2 === 0
    inner.left--
    const token = next(tokens)
    if (isKey) addKey(inner, token)
    else if (Type.equals(token.type, Type.tag)) cids.push(readCid(token, tokens))
    else {
      const opened = openedBy(token)
      if (opened === undefined) continue
      // The outermost is not an array or map.
      if (open.length > MAX_BLOCK_DEPTH) throw new RangeError(`nested more than ${MAX_BLOCK_DEPTH} deep`)
      open.push(opened)
    }
  }
  if (!tokens.done()) throw new RangeError('bytes follow')
  return cids
}

function next(tokens: Tokenizer): Token {
  if (tokens.done()) throw new RangeError('ends early')
  const token = tokens.next()
  // Throws a TypeError on anything else.
  if (Type.equals(token.type, Type.string)) utf8.decode(stringBytes(token))
  if (Type.equals(token.type, Type.float) && token.encodedLength !== FLOAT_BYTES) throw new RangeError('a short float')
  return token
}

function openedBy({ type, value }: Token): Open | undefined {
  if (Type.equals(type, Type.array)) return { left: Number(value), keys: undefined }
  return Type.equals(type, Type.map) ? { left: 2 * Number(value), keys: new Set() } : undefined
}

function addKey({ keys }: Open, token: Token): void {
  if (!Type.equals(token.type, Type.string)) throw new RangeError('a key that is not text')
  const key = Buffer.from(stringBytes(token)).toString('latin1')
  if (keys?.has(key) === true) throw new RangeError('a key twice')
  keys?.add(key)
}

function stringBytes({ byteValue = new Uint8Array() }: Token): Uint8Array {
  return byteValue
}

function readCid(tag: Token, tokens: Tokenizer): CID {
  const content = next(tokens)
  const bytes = Type.equals(content.type, Type.bytes) ? (content.value as Uint8Array) : undefined
  if (tag.value !== CID_TAG || bytes?.[0] !== 0) throw new RangeError('a tag other than that of a CID')
  return requireWholeCid(CID.decode(bytes.subarray(1)))
}

/** The decoder lets a CIDv0 have a shorter digest. Throws a RangeError. */
export function requireWholeCid(cid: CID): CID {
  if (cid.version === 0 && cid.multihash.size !== CID_V0_DIGEST_BYTES) throw new RangeError('a CIDv0 of another length')
  return cid
}
