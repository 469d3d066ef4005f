/** Frames of document networks and the records they hold, and what roots sign. */
import { bytesField, concat, digestOf, filled, hex, keyOf, utf8, varintField, type Bytes } from './bytes.ts'
import { frameOf, lenient, MAX_INTEGER, nonsense, number, otherTypes, refused, UNKNOWN, type Sample } from './frames.ts'

const ROOT_KEY = keyOf('the root')
const { seed: SEED, publicKey: KEY, peer: ROOT } = ROOT_KEY
const TOPIC = digestOf('a topic')

const signed = (sequence: number, rootIsCopy: boolean) => {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(sequence))
  const content = concat(utf8('kith/root/1'), TOPIC, number, filled(1, Number(rootIsCopy)))
  return { content, signature: ROOT_KEY.sign(content) }
}

interface Claimed {
  serial?: number
  sequence?: number
  rootIsCopy?: boolean
  distance?: number
  isParent?: boolean
  part?: { subscribers: number; copies: number }
  all?: { subscribers: number; copies: number }
  wantedSequence?: number
  isCopy?: boolean
  isRelay?: boolean
  declines?: boolean
  isFull?: boolean
}

const NOBODY = { subscribers: 0, copies: 0 }

function claim({
  serial = 1,
  sequence = 1,
  rootIsCopy = false,
  distance = 0,
  part = NOBODY,
  all = NOBODY,
  ...rest
}: Claimed): Sample {
  const {
    wantedSequence = 0,
    isParent = false,
    isCopy = false,
    isRelay = false,
    declines = false,
    isFull = false,
  } = rest
  const { signature } = signed(sequence, rootIsCopy)
  return {
    record: {
      ...{ type: 'claim', topic: hex(TOPIC), serial, root: ROOT, sequence, rootIsCopy },
      ...{
        signature: hex(signature),
        distance,
        isParent,
        part,
        all,
        wantedSequence,
        isCopy,
        isRelay,
        declines,
        isFull,
      },
    },
    field: bytesField(
      1,
      bytesField(1, TOPIC),
      number(2, serial),
      bytesField(3, KEY),
      number(4, sequence),
      number(5, Number(rootIsCopy)),
      bytesField(6, signature),
      number(7, distance),
      number(8, Number(isParent)),
      number(9, part.subscribers),
      number(10, part.copies),
      number(11, all.subscribers),
      number(12, all.copies),
      number(13, wantedSequence),
      number(14, Number(isCopy)),
      number(15, Number(isRelay)),
      number(16, Number(declines)),
      number(17, Number(isFull)),
    ),
  }
}

const ack = (serial: number): Sample => ({
  record: { type: 'claim-ack', topic: hex(TOPIC), serial },
  field: bytesField(2, bytesField(1, TOPIC), number(2, serial)),
})

const broken = (...parts: Bytes[]): Bytes => bytesField(1, ...parts)

/** protocols/network/vectors/frames.json */
export const networkFrames = {
  valid: [
    frameOf('a root', claim({})),
    frameOf(
      'a child of the receiver, with a copy that it passes on',
      claim({
        ...{ serial: 7, sequence: 1_780_000_000, distance: 3, isParent: true, isCopy: true, isRelay: true },
        ...{ part: { subscribers: 4, copies: 2 }, all: { subscribers: 200, copies: 31 } },
      }),
    ),
    frameOf('no link, and no place for one', claim({ distance: 1, declines: true, isFull: true })),
    frameOf('the root keeps a copy, and another number is wanted', claim({ rootIsCopy: true, wantedSequence: 58 })),
    frameOf('the largest numbers', claim({ serial: MAX_INTEGER, sequence: MAX_INTEGER, distance: 2 ** 32 - 1 })),
    frameOf('an acknowledgement', ack(9)),
    frameOf('a claim and an acknowledgement', claim({}), ack(1)),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    lenient('an acknowledgement before a claim: after it', concat(ack(1).field, claim({}).field), claim({}), ack(1)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, ack(1).field), ack(1)),
    ),
  ],
  unusual: [...otherTypes('an acknowledgement', 2, 'bytes', (content) => content)],
  invalid: [
    ...nonsense(ack(1)),
    refused('a topic of 31 bytes', bytesField(2, bytesField(1, filled(31)), number(2, 1))),
    refused('a claim without a root', broken(bytesField(1, TOPIC), bytesField(6, filled(64)))),
    refused('a root of 31 bytes', broken(bytesField(1, TOPIC), bytesField(3, filled(31)), bytesField(6, filled(64)))),
    refused('a signature of 63 bytes', broken(bytesField(1, TOPIC), bytesField(3, KEY), bytesField(6, filled(63)))),
    refused(
      'a sequence number of 2^53',
      broken(bytesField(1, TOPIC), bytesField(3, KEY), varintField(4, 2n ** 53n), bytesField(6, filled(64))),
    ),
    refused('one acknowledgement too many', concat(...Array.from({ length: 1_025 }, () => ack(1).field))),
  ],
}

/** protocols/network/vectors/roots.json */
export const signedRoots = {
  valid: [
    { sequence: 1, rootIsCopy: false },
    { sequence: 1_780_000_000, rootIsCopy: true },
    { sequence: MAX_INTEGER, rootIsCopy: false },
  ].map((said) => {
    const { content, signature } = signed(said.sequence, said.rootIsCopy)
    return {
      ...{ seed: hex(SEED), root: ROOT, topic: hex(TOPIC), ...said },
      ...{ content: hex(content), signature: hex(signature) },
    }
  }),
}
