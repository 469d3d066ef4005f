/** Encodes records of the ring as frames and back. Decoding is bounded and throws on malformed frames. */
import { checkForm } from '../wire/form.ts'
import { wireBytes } from '../wire/id-codec.ts'
import type { PeerId } from '../wire/ids.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { decodeAnswerBody, encodeAnswerBody } from './answer-codec.ts'
import { bytesOfPlace, PLACE_BYTES, placeOfBytes } from './circle.ts'
import { MAX_HOPS } from './constants.ts'
import { RingFrame, RingFrameForm, type Answer, type Request } from './messages.ts'
import type { AnswerRecord, RequestRecord, RingRecord } from './records.ts'
import { decodeRequestBody, encodeRequestBody } from './request-codec.ts'
import { decodeSlice, encodeSlice } from './slice-codec.ts'

const NOTHING = new Uint8Array(0)

/** A frame for each record. */
export function encodeFrames(records: readonly RingRecord[]): Uint8Array[] {
  return records.map((record) => RingFrame.encode(frameOf(record)))
}

function frameOf(record: RingRecord): RingFrame {
  switch (record.type) {
    case 'request':
      return { request: encodeRequest(record) }
    case 'answer':
      return { answer: encodeAnswer(record) }
    case 'pending':
      return { pending: { request: record.request } }
    case 'slice':
      return { slice: encodeSlice(record.record) }
  }
}

function encodeRequest({ request, target, hops, isTraced, except, body }: RequestRecord): Request {
  return {
    ...{ request, hops, traced: isTraced, except: except.map(encodePeer) },
    target: target === undefined ? NOTHING : bytesOfPlace(target),
    ...encodeRequestBody(body),
  }
}

function encodeAnswer({ request, from, path, body }: AnswerRecord): Answer {
  const answering = { request, from: from === undefined ? NOTHING : encodePeer(from), path: path.map(encodePeer) }
  return { failure: 0, ...answering, ...encodeAnswerBody(body) }
}

/** The 32 bytes of a peer's key. Throws a TypeError if the peer id contains no Ed25519 key. */
function encodePeer(peer: PeerId): Uint8Array<ArrayBuffer> {
  const key = publicKeyOfPeerId(peer)
  if (key === undefined) throw new TypeError('a node of the ring has an Ed25519 key')
  return wireBytes(key)
}

/** Decodes a frame; throws on malformed bytes, wrong lengths or too many elements. Skips unknown fields. */
export function decodeFrame(bytes: Uint8Array): RingRecord[] {
  checkForm(bytes, RingFrameForm)
  const { request, answer, pending, slice } = RingFrame.decode(bytes)
  return [
    ...(request === undefined ? [] : decodeRequest(request)),
    ...(answer === undefined ? [] : decodeAnswer(answer)),
    ...(pending === undefined ? [] : [{ type: 'pending' as const, request: pending.request }]),
    ...(slice === undefined ? [] : decodeSlice(slice).map((record) => ({ type: 'slice' as const, record }))),
  ]
}

/** None if what is asked is of a later version. */
function decodeRequest(message: Request): RequestRecord[] {
  const { request, target, hops, traced, except } = message
  if (target.length !== 0 && target.length !== PLACE_BYTES) throw new RangeError('a target has another length')
  if (hops > MAX_HOPS) throw new RangeError(`a request is forwarded at most ${MAX_HOPS} times`)
  const record = {
    ...{ type: 'request' as const, request, hops, isTraced: traced, except: except.map(decodePeer) },
    target: target.length === 0 ? undefined : placeOfBytes(target),
  }
  const body = decodeRequestBody(message)
  return body === undefined ? [] : [{ ...record, body }]
}

function decodeAnswer(message: Answer): AnswerRecord[] {
  const { request, from, path } = message
  const record = {
    ...{ type: 'answer' as const, request, path: path.map(decodePeer) },
    from: from.length === 0 ? undefined : decodePeer(from),
  }
  const body = decodeAnswerBody(message)
  return body === undefined ? [] : [{ ...record, body }]
}

/** The peer of a public key. */
function decodePeer(bytes: Uint8Array): PeerId {
  if (bytes.length !== PUBLIC_KEY_BYTES) throw new RangeError('the key of a node has another length')
  return peerIdOfPublicKey(bytes)
}
