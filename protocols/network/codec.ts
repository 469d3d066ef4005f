/** Encodes records of document networks as frames and back. Decoding is bounded and throws on malformed frames. */
import { SIGNATURE_BYTES } from '../document/constants.ts'
import { checkForm } from '../wire/form.ts'
import { decodeTopic, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import { chunksOf } from '../wire/pack.ts'
import { PUBLIC_KEY_BYTES, peerIdOfPublicKey, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { MAX_RECORDS_PER_FRAME } from './constants.ts'
import { NetworkFrame, NetworkFrameForm, type Claim } from './messages.ts'
import type { ClaimRecord, NetworkRecord } from './records.ts'

/** Packs records into frames, in their order. */
export function encodeFrames(records: readonly NetworkRecord[]): Uint8Array[] {
  return [...chunksOf(records, MAX_RECORDS_PER_FRAME)].map((run) => {
    const frame: NetworkFrame = { claims: [], acks: [] }
    for (const record of run) {
      if (record.type === 'claim') frame.claims.push(encodeClaim(record))
      else frame.acks.push({ topic: encodeTopic(record.topic), serial: record.serial })
    }
    return NetworkFrame.encode(frame)
  })
}

function encodeClaim({ topic, root, signature, part, all, ...said }: ClaimRecord): Claim {
  const key = publicKeyOfPeerId(root)
  if (key === undefined) throw new TypeError(`${root} contains no key of Ed25519`)
  return {
    ...said,
    topic: encodeTopic(topic),
    root: wireBytes(key),
    signature: wireBytes(signature),
    ...{ subscribers: part.subscribers, copies: part.copies },
    ...{ allSubscribers: all.subscribers, allCopies: all.copies },
  }
}

/** Decodes a frame; throws on malformed bytes, wrong lengths or too many elements. Skips unknown fields. */
export function decodeFrame(bytes: Uint8Array): NetworkRecord[] {
  checkForm(bytes, NetworkFrameForm)
  const { claims, acks } = NetworkFrame.decode(bytes)
  return [
    ...claims.map(decodeClaim),
    ...acks.map(({ topic, serial }): NetworkRecord => ({ type: 'claim-ack', topic: decodeTopic(topic), serial })),
  ]
}

function decodeClaim(claim: Claim): ClaimRecord {
  const { topic, root, signature, subscribers, copies, allSubscribers, allCopies, ...said } = claim
  if (root.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) {
    throw new RangeError('the key of a root or its signature has another length')
  }
  return {
    type: 'claim',
    topic: decodeTopic(topic),
    ...said,
    root: peerIdOfPublicKey(root),
    signature,
    part: { subscribers, copies },
    all: { subscribers: allSubscribers, copies: allCopies },
  }
}
