/** What authors sign: that there is an entry, that theirs is gone, or, by an admin, that another one's is. */
import { sha256, verifySignature, type Signer } from '../wire/crypto.ts'
import { checkForm, type MessageForm } from '../wire/form.ts'
import { wireBytes } from '../wire/id-codec.ts'
import { digestOfDocumentId, type PeerId, type RoomId } from '../wire/ids.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { MAX_BODY_BYTES, MAX_LINK_BYTES, MAX_TEXT_BYTES, RECORD_DOMAIN } from './constants.ts'
import { keyOf, type Place } from './key.ts'
import { Saying } from './messages.ts'

const DIGEST_BYTES = 32
const SIGNATURE_BYTES = 64
/** What a record has besides its body: the author's public key and the signature. */
export const SIGNED_BYTES = PUBLIC_KEY_BYTES + SIGNATURE_BYTES
/** Of a body, which is signed as it is. */
const SAYING_FORM: MessageForm = { 1: 'bytes', 2: 'uint64', 3: 'bytes', 4: 'bytes', 5: 'bool', 6: 'bytes' }
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What a record says. */
export interface DirectorySaying {
  /** As its author spells it. */
  text: string
  /** By the author's clock, in milliseconds since 1970; above that of what it replaces. */
  timeMs: number
  /** Binary CID of what the entry is about. */
  link?: Uint8Array
  /** Digest of the act by which the author may write, in a room with members. */
  act?: Uint8Array
  isGone?: boolean
  /** Whose entry is gone; undefined: the author's own. */
  of?: PeerId
}

/** What travels and is stored. */
export interface SignedRecord {
  author: PeerId
  body: Uint8Array
  signature: Uint8Array
}

/** A record that has been read. */
export interface DirectoryRecord extends SignedRecord, DirectorySaying {
  /** Where it is in the order: its key, a zero, and the public key of whose entry it is. */
  place: Place
  /** The same, and the public key of who signed it: of two with one row, the newer one counts. */
  row: Place
}

/** Signs what an author says. Throws a RangeError if the text has no key. */
export function signRecord(room: RoomId, saying: DirectorySaying, signer: Signer): DirectoryRecord {
  const { text, timeMs, link, act, isGone = false, of } = saying
  const subject = of === undefined || of === signer.author ? undefined : publicKeyOfPeerId(of)
  const body = Saying.encode({
    text: wireBytes(Buffer.from(text)),
    time: timeMs,
    gone: isGone,
    ...(link && { link: wireBytes(link) }),
    ...(act && { act: wireBytes(act) }),
    ...(subject && { of: wireBytes(subject) }),
  })
  return readRecord({ author: signer.author, body, signature: signer.sign(signedContent(room, body)) })
}

/** Reads a record. Throws a RangeError if it breaks the rules of the form; the signature is not checked. */
export function readRecord(signed: SignedRecord): DirectoryRecord {
  const { author, body, signature } = signed
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`a record has at most ${MAX_BODY_BYTES} bytes`)
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError('a signature has another length')
  checkForm(body, SAYING_FORM)
  const { text: bytes, time, link, act, gone, of } = Saying.decode(body)
  if (bytes.length > MAX_TEXT_BYTES) throw new RangeError(`a text has at most ${MAX_TEXT_BYTES} bytes`)
  if (link.length > MAX_LINK_BYTES) throw new RangeError('a link is too long')
  if (act.length > 0 && act.length !== DIGEST_BYTES) throw new RangeError('an act has another length')
  if (of.length > 0 && (of.length !== PUBLIC_KEY_BYTES || !gone)) throw new RangeError('only removals are about others')
  const text = utf8.decode(bytes)
  const key = keyOf(text)
  const own = publicKeyOfPeerId(author)
  if (key === undefined || own === undefined) throw new RangeError('a text without a key, or an author without one')
  const subject = of.length > 0 ? of : own
  const place = `${key}\0${latin1(subject)}`
  return {
    ...{ author, body, signature, text, timeMs: time, isGone: gone, of: peerIdOfPublicKey(subject) },
    ...(link.length > 0 && { link }),
    ...(act.length > 0 && { act }),
    ...{ place, row: place + latin1(own) },
  }
}

/** Whether the author signed a record for a room. */
export function isSigned(room: RoomId, { author, body, signature }: SignedRecord): boolean {
  return verifySignature(author, signedContent(room, body), signature)
}

/** Whether a record replaces another one in the same row. */
export function isNewer(record: DirectoryRecord, known: DirectoryRecord): boolean {
  if (record.timeMs !== known.timeMs) return record.timeMs > known.timeMs
  return Buffer.compare(record.body, known.body) > 0
}

/** A record as one string of bytes. */
export function packRecord({ author, body, signature }: SignedRecord): Uint8Array {
  return Buffer.concat([publicKeyOfPeerId(author) ?? new Uint8Array(PUBLIC_KEY_BYTES), signature, body])
}

/** Throws a RangeError if it is none. */
export function unpackRecord(packed: Uint8Array): SignedRecord {
  if (packed.length <= SIGNED_BYTES) throw new RangeError('a record is too short')
  return {
    author: peerIdOfPublicKey(packed.subarray(0, PUBLIC_KEY_BYTES)),
    signature: packed.subarray(PUBLIC_KEY_BYTES, SIGNED_BYTES),
    body: packed.subarray(SIGNED_BYTES),
  }
}

function signedContent(room: RoomId, body: Uint8Array): Uint8Array {
  return sha256(Buffer.from(RECORD_DOMAIN), digestOfDocumentId(room), body)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
