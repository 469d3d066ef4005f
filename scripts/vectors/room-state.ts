/** Frames of room-state and the records they hold. */
import {
  bytesField,
  concat,
  digestOf,
  documentId,
  filled,
  hex,
  utf8,
  varint,
  varintField,
  type Bytes,
} from './bytes.ts'
import { headsDigestOf } from './heads.ts'
import { ALICE, BOB, ROOM } from './document.ts'
import {
  digests,
  frameOf,
  lenient,
  MAX_INTEGER,
  longVarint,
  nonsense,
  number,
  OTHER_TOPIC,
  otherTypes,
  refused,
  TOPIC,
  UNKNOWN,
  unusual,
  type Sample,
} from './frames.ts'
import { INVITE } from './members-history.ts'
import { proofOf } from './wire.ts'

const PROOF = proofOf(ROOM, ALICE.peer, BOB.peer)

interface Standing {
  topic?: Bytes
  proof?: Bytes
  refusesDocuments?: boolean
  isNewestFirst?: boolean
  headsDigest?: Bytes
  checkpoint?: Bytes
  historyFrom?: number
  base?: Bytes
  documents?: number
}

function metadata(serial: number, frontier: Bytes[], clock: number, standing: Standing = {}): Sample {
  const { topic = TOPIC, proof = PROOF, refusesDocuments = false, isNewestFirst = false } = standing
  const { headsDigest, checkpoint, historyFrom, base, documents } = standing
  const record = {
    type: 'metadata',
    topic: hex(topic),
    serial,
    proof: hex(proof),
    frontier: frontier.map(documentId),
    clock,
    refusesDocuments,
    isNewestFirst,
    ...(headsDigest && { headsDigest: hex(headsDigest) }),
    ...(checkpoint && { checkpoint: documentId(checkpoint) }),
    ...(historyFrom !== undefined && { historyFrom }),
    ...(base && { base: documentId(base) }),
    ...(documents !== undefined && { documents }),
  }
  const field = bytesField(
    1,
    bytesField(1, topic),
    number(2, serial),
    bytesField(3, proof),
    ...frontier.map((digest) => bytesField(4, digest)),
    number(5, clock),
    number(6, refusesDocuments ? 1 : 0),
    number(7, isNewestFirst ? 1 : 0),
    ...(headsDigest ? [bytesField(8, headsDigest)] : []),
    ...(checkpoint ? [bytesField(9, checkpoint)] : []),
    number(10, historyFrom ?? 0),
    ...(base ? [bytesField(11, base)] : []),
    number(20, documents ?? 0),
  )
  return { record, field }
}

function metadataAck(serial: number, unknown: boolean, topic = TOPIC): Sample {
  const record = { type: 'metadata-ack', topic: hex(topic), serial, unknown }
  return { record, field: bytesField(2, bytesField(1, topic), number(2, serial), number(3, unknown ? 1 : 0)) }
}

const goodbye = (topic = TOPIC): Sample => ({
  record: { type: 'goodbye', topic: hex(topic) },
  field: bytesField(3, bytesField(1, topic)),
})

const goodbyeAck = (topic = TOPIC): Sample => ({
  record: { type: 'goodbye-ack', topic: hex(topic) },
  field: bytesField(4, bytesField(1, topic)),
})

function suggestion(peerRecord: Bytes, topic = TOPIC): Sample {
  const record = { type: 'suggestion', topic: hex(topic), peerRecord: hex(peerRecord) }
  return { record, field: bytesField(5, bytesField(1, topic), bytesField(2, peerRecord)) }
}

function removal(block: Bytes, topic = TOPIC): Sample {
  const record = { type: 'removal', topic: hex(topic), block: hex(block) }
  return { record, field: bytesField(6, bytesField(1, topic), bytesField(2, block)) }
}

function invited(key: Bytes, signature: Bytes, topic = TOPIC): Sample {
  const record = { type: 'invited', topic: hex(topic), key: hex(key), proof: hex(signature) }
  return { record, field: bytesField(7, bytesField(1, topic), bytesField(2, key), bytesField(3, signature)) }
}

const { proof, topic } = { proof: bytesField(3, PROOF), topic: bytesField(1, TOPIC) }

/** protocols/room-state/vectors/invited.json */
export const shownInvites = [ALICE, BOB].map((sender) => {
  const content = concat(utf8('kith/invited/1'), ROOM, sender.publicKey)
  return {
    ...{ seed: hex(INVITE.seed), key: hex(INVITE.publicKey), room: documentId(ROOM), sender: sender.peer },
    ...{ content: hex(content), proof: hex(INVITE.sign(content)) },
  }
})

/** protocols/room-state/vectors/frames.json */
export const roomStateFrames = {
  valid: [
    frameOf('metadata', metadata(1, digests(1), 7)),
    frameOf('metadata of a room that is empty here', metadata(1, [], 0)),
    frameOf('metadata with the largest integers', metadata(MAX_INTEGER, digests(2), MAX_INTEGER)),
    frameOf('metadata with as many ids as allowed', metadata(3, digests(256), 300)),
    frameOf(
      'metadata of a room with more heads than ids',
      metadata(3, digests(256), 300, { headsDigest: headsDigestOf(digests(300)) }),
    ),
    frameOf(
      'metadata of somebody who vouches for a checkpoint',
      metadata(5, digests(1), 300, { checkpoint: digestOf('a checkpoint') }),
    ),
    frameOf('metadata of somebody who dropped old documents', metadata(6, digests(1), 300, { historyFrom: 257 })),
    frameOf(
      'metadata of somebody who says for which base',
      metadata(6, digests(1), 300, { historyFrom: 257, base: digestOf('a checkpoint') }),
    ),
    frameOf('metadata that says how many documents there are', metadata(2, digests(1), 7, { documents: 300 })),
    frameOf('metadata that claims as many documents as it can', metadata(2, digests(1), 7, { documents: MAX_INTEGER })),
    frameOf('metadata of two rooms', metadata(1, digests(1), 7), metadata(9, digests(3), 20, { topic: OTHER_TOPIC })),
    frameOf('metadata of somebody who takes no more', metadata(4, digests(1), 7, { refusesDocuments: true })),
    frameOf('metadata of somebody in a hurry', metadata(4, digests(1), 7, { isNewestFirst: true })),
    frameOf('acknowledgement', metadataAck(1, false)),
    frameOf('acknowledgement by somebody who does not know the room', metadataAck(300, true)),
    frameOf('goodbye', goodbye()),
    frameOf('goodbye acknowledged', goodbyeAck()),
    frameOf('suggestion', suggestion(utf8('a signed peer record in its envelope'))),
    frameOf('suggestion of the greatest length', suggestion(filled(4_096, 0x61))),
    frameOf('removal', removal(utf8('a document'))),
    frameOf('removal of the greatest length', removal(filled(65_536, 0x61))),
    frameOf('proof of an invite', invited(filled(32, 1), filled(64, 2))),
    frameOf('a removal and a proof of an invite', removal(utf8('a document')), invited(filled(32, 1), filled(64, 2))),
    frameOf(
      'one of each',
      metadata(2, digests(2), 8),
      metadataAck(1, false, OTHER_TOPIC),
      goodbye(OTHER_TOPIC),
      goodbyeAck(OTHER_TOPIC),
      suggestion(utf8('record')),
    ),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, goodbye().field), goodbye()),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of a record: ${what}`, bytesField(3, field, topic), goodbye()),
    ),
    lenient('a record type of a later version', concat(bytesField(8, topic), goodbye().field), goodbye()),
    lenient(
      'fields in another order',
      bytesField(1, varintField(6, 1), varintField(5, 7), proof, varintField(2, 1), topic),
      metadata(1, [], 7, { refusesDocuments: true }),
    ),
    lenient('zero written out', bytesField(2, topic, varintField(2, 0), varintField(3, 0)), metadataAck(0, false)),
    lenient(
      'documents not refused, written out',
      bytesField(1, topic, varintField(2, 1), proof, varintField(5, 7), varintField(6, 0)),
      metadata(1, [], 7),
    ),
    lenient(
      'an empty digest of heads: none',
      bytesField(1, topic, varintField(2, 1), proof, varintField(5, 7), bytesField(8, filled(0))),
      metadata(1, [], 7),
    ),
    lenient(
      'an empty digest of a checkpoint: none',
      bytesField(1, topic, varintField(2, 1), proof, varintField(5, 7), bytesField(9, filled(0))),
      metadata(1, [], 7),
    ),
    lenient('a field twice: the last counts', bytesField(3, bytesField(1, OTHER_TOPIC), topic), goodbye()),
    lenient(
      'a proof of another length: no proof',
      metadata(1, [], 0, { proof: filled(31) }).field,
      metadata(1, [], 0, { proof: filled(31) }),
    ),
    lenient(
      'records in another order: read by type',
      concat(goodbye(OTHER_TOPIC).field, metadata(1, [], 0).field),
      metadata(1, [], 0),
      goodbye(OTHER_TOPIC),
    ),
  ],
  unusual: [
    ...unusual(3),
    refused('a serial in more bytes than it needs', bytesField(2, topic, varint(2 << 3), longVarint(1))),
    refused('a yes that is 2', bytesField(2, topic, varintField(2, 1), varintField(3, 2))),
    refused('a yes that is 2^32', bytesField(2, topic, varintField(2, 1), varintField(3, 2 ** 32))),
    ...otherTypes('a serial', 2, 'a number', (content) => bytesField(2, topic, content)),
    ...otherTypes('a yes', 3, 'a number', (content) => bytesField(2, topic, content)),
  ],
  invalid: [
    ...nonsense(metadata(1, digests(1), 7)),
    refused('metadata without a topic', bytesField(1, varintField(2, 1), proof)),
    refused('a digest of heads of 31 bytes', metadata(1, [], 7, { headsDigest: filled(31) }).field),
    refused('a digest of heads of 33 bytes', metadata(1, [], 7, { headsDigest: filled(33) }).field),
    refused('a digest of a checkpoint of 31 bytes', bytesField(1, topic, proof, bytesField(9, filled(31)))),
    refused('a digest of a checkpoint of 33 bytes', bytesField(1, topic, proof, bytesField(9, filled(33)))),
    refused('a topic of 31 bytes', goodbye(TOPIC.subarray(1)).field),
    refused('a topic of 33 bytes', goodbyeAck(concat(TOPIC, filled(1))).field),
    refused('an acknowledgement with an empty topic', metadataAck(1, false, filled(0)).field),
    refused('a digest of 31 bytes', bytesField(1, topic, proof, bytesField(4, filled(31)))),
    refused('a digest of 33 bytes', bytesField(1, topic, proof, bytesField(4, filled(33)))),
    refused('one id too many', bytesField(1, topic, proof, ...digests(257).map((digest) => bytesField(4, digest)))),
    refused('one suggestion too many', ...Array.from({ length: 65 }, () => suggestion(utf8('r')).field)),
    refused('a peer record one byte too long', suggestion(filled(4_097)).field),
    refused('one removal too many', ...Array.from({ length: 65 }, () => removal(utf8('r')).field)),
    refused('a removal one byte too long', removal(filled(65_537)).field),
    refused('a removal without a topic', bytesField(6, bytesField(2, utf8('a document')))),
    refused(
      'a proof of an invite too many',
      ...Array.from({ length: 65 }, () => invited(filled(32), filled(64)).field),
    ),
    refused('an invite with a key of 31 bytes', invited(filled(31), filled(64)).field),
    refused('an invite with a key of 33 bytes', invited(filled(33), filled(64)).field),
    refused('an invite with a proof of 63 bytes', invited(filled(32), filled(63)).field),
    refused('an invite with a proof of 65 bytes', invited(filled(32), filled(65)).field),
    refused('an invite without a proof', bytesField(7, topic, bytesField(2, filled(32)))),
    refused('a serial of 2^53', bytesField(2, topic, varintField(2, 2n ** 53n))),
    refused('2^53 documents', bytesField(1, topic, proof, varintField(20, 2n ** 53n))),
    refused('a clock of 2^64 - 1', bytesField(1, topic, proof, varintField(5, 2n ** 64n - 1n))),
  ],
}
