/** Items, keys and lists of them, as messages and back. */
import { checkForm } from '../wire/form.ts'
import { wireBytes } from '../wire/id-codec.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { keyOfBytes, PLACE_BYTES, type ItemKey } from './circle.ts'
import {
  MAX_COPIES,
  MAX_ITEM_BYTES,
  MAX_ITEM_NAME_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_RECORD_BYTES,
  MAX_TTL_SECONDS,
} from './constants.ts'
import type { Item, SignedName } from './items.ts'
import {
  Item as ItemMessage,
  RingFrameForm,
  type Greeting as GreetingMessage,
  type Listed as ListedMessage,
} from './messages.ts'
import type { Greeting, Listed } from './records.ts'

const SIGNATURE_BYTES = 64
const NOTHING = new Uint8Array(0)
const ITEM_FORM = RingFrameForm[1][10]
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The message of an item. */
export function encodeItem({ value, signed, ttlSeconds, copies }: Item): ItemMessage {
  const named =
    signed === undefined
      ? { author: NOTHING, name: NOTHING, sequence: 0, signature: NOTHING }
      : {
          author: wireBytes(publicKeyOfPeerId(signed.author) ?? NOTHING),
          ...{ name: wireBytes(Buffer.from(signed.name, 'utf8')), sequence: signed.sequence },
          signature: wireBytes(signed.signature),
        }
  return { value: wireBytes(value), ...named, ttlSeconds, copies }
}

/** Throws a RangeError on anything that is no item. */
export function decodeItem(message: ItemMessage): Item {
  const { value, ttlSeconds, copies } = message
  if (value.length > MAX_ITEM_BYTES) throw new RangeError(`an item has at most ${MAX_ITEM_BYTES} bytes`)
  if (copies < 1 || copies > MAX_COPIES || !Number.isInteger(Math.log2(copies)))
    throw new RangeError(`the copies of an item are a power of two up to ${MAX_COPIES}`)
  if (ttlSeconds > MAX_TTL_SECONDS) throw new RangeError(`an item is kept for at most ${MAX_TTL_SECONDS} s`)
  return { value, signed: decodeName(message), ttlSeconds, copies }
}

function decodeName({ author, name, sequence, signature }: ItemMessage): SignedName | undefined {
  if (author.length === 0) {
    if (name.length + signature.length + sequence > 0) throw new RangeError('a named item has an author')
    return undefined
  }
  if (author.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES || sequence === 0)
    throw new RangeError('a named item has an author, a sequence and a signature')
  if (name.length > MAX_ITEM_NAME_BYTES) throw new RangeError(`a name has at most ${MAX_ITEM_NAME_BYTES} bytes`)
  return { author: peerIdOfPublicKey(author), name: utf8.decode(name), sequence, signature }
}

/** An item as it is stored: what is left of its life is kept beside it. */
export function packItem(item: Item): Uint8Array {
  return ItemMessage.encode(encodeItem({ ...item, ttlSeconds: 0 }))
}

/** Throws on bytes that `packItem` did not make. */
export function unpackItem(bytes: Uint8Array, ttlSeconds: number): Item {
  return { ...decodeItem(ItemMessage.decode(bytes)), ttlSeconds }
}

/** An item as it goes from node to node in a slice, with what is left of its life. */
export function writeItem(item: Item): Uint8Array {
  return ItemMessage.encode(encodeItem(item))
}

/** Undefined if these bytes are no item. */
export function readItem(bytes: Uint8Array): Item | undefined {
  try {
    checkForm(bytes, ITEM_FORM)
    return decodeItem(ItemMessage.decode(bytes))
  } catch {
    return undefined
  }
}

/** The message of an entry of a list. */
export function encodeListed({ key, sequence, sizeBytes }: Listed): ListedMessage {
  return { key: encodeKey(key), sequence, sizeBytes }
}

/** Throws a RangeError on a key of another length. */
export function decodeListed({ key, sequence, sizeBytes }: ListedMessage): Listed {
  return { key: decodeKey(key), sequence, sizeBytes }
}

/** Throws a RangeError unless keys are in order, each once. */
export function requireOrder(items: readonly Listed[]): void {
  for (const [index, { key }] of items.entries()) {
    const before = items[index - 1]?.key
    if (before !== undefined && key <= before) throw new RangeError('keys are out of order')
  }
}

/** The 32 bytes of a key; none if there is no key. */
export function encodeKey(key: ItemKey | undefined): Uint8Array<ArrayBuffer> {
  return Buffer.from(key ?? '', 'hex')
}

/** Throws a RangeError on any other length than 32 bytes. */
export function decodeKey(bytes: Uint8Array): ItemKey {
  if (bytes.length !== PLACE_BYTES) throw new RangeError(`a key has ${PLACE_BYTES} bytes, not ${bytes.length}`)
  return keyOfBytes(bytes)
}

/** Absent: undefined. */
export function decodeOptionalKey(bytes: Uint8Array): ItemKey | undefined {
  return bytes.length === 0 ? undefined : decodeKey(bytes)
}

/** The message of a greeting. */
export function encodeGreeting({ payload, record }: Greeting): GreetingMessage {
  return { payload: wireBytes(payload), record: wireBytes(record) }
}

/** Throws a RangeError if it or its record is too long. */
export function decodeGreeting({ payload, record }: GreetingMessage): Greeting {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RangeError(`a message has at most ${MAX_PAYLOAD_BYTES} bytes`)
  return { type: 'hello', payload, record: checkRecord(record) }
}

/** Throws a RangeError if a signed peer record is too long. */
export function checkRecord(record: Uint8Array): Uint8Array {
  if (record.length > MAX_RECORD_BYTES) throw new RangeError(`a peer record has at most ${MAX_RECORD_BYTES} bytes`)
  return record
}
