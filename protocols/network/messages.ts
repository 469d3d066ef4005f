import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface NetworkFrame {
  claims: Claim[]
  acks: ClaimAck[]
}

export namespace NetworkFrame {
  let _codec: Codec<NetworkFrame>

  export const codec = (): Codec<NetworkFrame> => {
    if (_codec == null) {
      _codec = message<NetworkFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.claims != null && obj.claims.length > 0) {
          for (const value of obj.claims) {
            w.uint32(10)
            Claim.codec().encode(value, w)
          }
        }

        if (obj.acks != null && obj.acks.length > 0) {
          for (const value of obj.acks) {
            w.uint32(18)
            ClaimAck.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          claims: [],
          acks: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.claims != null && obj.claims.length === opts.limits.claims) {
                throw new MaxLengthError('Decode error - repeated field "claims" had too many elements')
              }

              if (obj.claims.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "claims" had too many elements')
              }

              obj.claims.push(Claim.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.claims$
              }))
              break
            }
            case 2: {
              if (opts.limits?.acks != null && obj.acks.length === opts.limits.acks) {
                throw new MaxLengthError('Decode error - repeated field "acks" had too many elements')
              }

              if (obj.acks.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "acks" had too many elements')
              }

              obj.acks.push(ClaimAck.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.acks$
              }))
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const obj = {
          claims: 1024,
          acks: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.claims != null && obj.claims === opts.limits.claims) {
                throw new MaxLengthError('Streaming decode error - repeated field "claims" had too many elements')
              }

              if (obj.claims === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "claims" had too many elements')
              }

              for (const evt of Claim.codec().stream(reader, reader.uint32(), `${prefix}.claims[]`, {
                limits: opts.limits?.claims$
              })) {
                yield {
                  ...evt,
                  index: obj.claims
                }
              }

              obj.claims++

              break
            }
            case 2: {
              if (opts.limits?.acks != null && obj.acks === opts.limits.acks) {
                throw new MaxLengthError('Streaming decode error - repeated field "acks" had too many elements')
              }

              if (obj.acks === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "acks" had too many elements')
              }

              for (const evt of ClaimAck.codec().stream(reader, reader.uint32(), `${prefix}.acks[]`, {
                limits: opts.limits?.acks$
              })) {
                yield {
                  ...evt,
                  index: obj.acks
                }
              }

              obj.acks++

              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface NetworkFrameClaimsTopicFieldEvent {
    field: '$.claims[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NetworkFrameClaimsSerialFieldEvent {
    field: '$.claims[].serial'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsRootFieldEvent {
    field: '$.claims[].root'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NetworkFrameClaimsSequenceFieldEvent {
    field: '$.claims[].sequence'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsRootIsCopyFieldEvent {
    field: '$.claims[].rootIsCopy'
    value: boolean
    index: number
  }

  export interface NetworkFrameClaimsSignatureFieldEvent {
    field: '$.claims[].signature'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NetworkFrameClaimsDistanceFieldEvent {
    field: '$.claims[].distance'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsIsParentFieldEvent {
    field: '$.claims[].isParent'
    value: boolean
    index: number
  }

  export interface NetworkFrameClaimsSubscribersFieldEvent {
    field: '$.claims[].subscribers'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsCopiesFieldEvent {
    field: '$.claims[].copies'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsAllSubscribersFieldEvent {
    field: '$.claims[].allSubscribers'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsAllCopiesFieldEvent {
    field: '$.claims[].allCopies'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsWantedSequenceFieldEvent {
    field: '$.claims[].wantedSequence'
    value: number
    index: number
  }

  export interface NetworkFrameClaimsIsCopyFieldEvent {
    field: '$.claims[].isCopy'
    value: boolean
    index: number
  }

  export interface NetworkFrameClaimsIsRelayFieldEvent {
    field: '$.claims[].isRelay'
    value: boolean
    index: number
  }

  export interface NetworkFrameClaimsDeclinesFieldEvent {
    field: '$.claims[].declines'
    value: boolean
    index: number
  }

  export interface NetworkFrameClaimsIsFullFieldEvent {
    field: '$.claims[].isFull'
    value: boolean
    index: number
  }

  export interface NetworkFrameAcksTopicFieldEvent {
    field: '$.acks[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NetworkFrameAcksSerialFieldEvent {
    field: '$.acks[].serial'
    value: number
    index: number
  }

  export function encode (obj: Partial<NetworkFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, NetworkFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NetworkFrame>): NetworkFrame {
    return decodeMessage(buf, NetworkFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NetworkFrame>): Generator<NetworkFrameClaimsTopicFieldEvent | NetworkFrameClaimsSerialFieldEvent | NetworkFrameClaimsRootFieldEvent | NetworkFrameClaimsSequenceFieldEvent | NetworkFrameClaimsRootIsCopyFieldEvent | NetworkFrameClaimsSignatureFieldEvent | NetworkFrameClaimsDistanceFieldEvent | NetworkFrameClaimsIsParentFieldEvent | NetworkFrameClaimsSubscribersFieldEvent | NetworkFrameClaimsCopiesFieldEvent | NetworkFrameClaimsAllSubscribersFieldEvent | NetworkFrameClaimsAllCopiesFieldEvent | NetworkFrameClaimsWantedSequenceFieldEvent | NetworkFrameClaimsIsCopyFieldEvent | NetworkFrameClaimsIsRelayFieldEvent | NetworkFrameClaimsDeclinesFieldEvent | NetworkFrameClaimsIsFullFieldEvent | NetworkFrameAcksTopicFieldEvent | NetworkFrameAcksSerialFieldEvent> {
    return streamMessage(buf, NetworkFrame.codec(), opts)
  }
}

export interface Claim {
  topic: Uint8Array<ArrayBuffer>
  serial: number
  root: Uint8Array<ArrayBuffer>
  sequence: number
  rootIsCopy: boolean
  signature: Uint8Array<ArrayBuffer>
  distance: number
  isParent: boolean
  subscribers: number
  copies: number
  allSubscribers: number
  allCopies: number
  wantedSequence: number
  isCopy: boolean
  isRelay: boolean
  declines: boolean
  isFull: boolean
}

export namespace Claim {
  let _codec: Codec<Claim>

  export const codec = (): Codec<Claim> => {
    if (_codec == null) {
      _codec = message<Claim>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.serial)
        }

        if ((obj.root != null && obj.root.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.root)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.sequence)
        }

        if ((obj.rootIsCopy != null && obj.rootIsCopy !== false)) {
          w.uint32(40)
          w.bool(obj.rootIsCopy)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.signature)
        }

        if ((obj.distance != null && obj.distance !== 0)) {
          w.uint32(56)
          w.uint32(obj.distance)
        }

        if ((obj.isParent != null && obj.isParent !== false)) {
          w.uint32(64)
          w.bool(obj.isParent)
        }

        if ((obj.subscribers != null && obj.subscribers !== 0)) {
          w.uint32(72)
          w.uint64Number(obj.subscribers)
        }

        if ((obj.copies != null && obj.copies !== 0)) {
          w.uint32(80)
          w.uint64Number(obj.copies)
        }

        if ((obj.allSubscribers != null && obj.allSubscribers !== 0)) {
          w.uint32(88)
          w.uint64Number(obj.allSubscribers)
        }

        if ((obj.allCopies != null && obj.allCopies !== 0)) {
          w.uint32(96)
          w.uint64Number(obj.allCopies)
        }

        if ((obj.wantedSequence != null && obj.wantedSequence !== 0)) {
          w.uint32(104)
          w.uint64Number(obj.wantedSequence)
        }

        if ((obj.isCopy != null && obj.isCopy !== false)) {
          w.uint32(112)
          w.bool(obj.isCopy)
        }

        if ((obj.isRelay != null && obj.isRelay !== false)) {
          w.uint32(120)
          w.bool(obj.isRelay)
        }

        if ((obj.declines != null && obj.declines !== false)) {
          w.uint32(128)
          w.bool(obj.declines)
        }

        if ((obj.isFull != null && obj.isFull !== false)) {
          w.uint32(136)
          w.bool(obj.isFull)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          serial: 0,
          root: uint8ArrayAlloc(0),
          sequence: 0,
          rootIsCopy: false,
          signature: uint8ArrayAlloc(0),
          distance: 0,
          isParent: false,
          subscribers: 0,
          copies: 0,
          allSubscribers: 0,
          allCopies: 0,
          wantedSequence: 0,
          isCopy: false,
          isRelay: false,
          declines: false,
          isFull: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.topic = reader.bytes()
              break
            }
            case 2: {
              obj.serial = reader.uint64Number()
              break
            }
            case 3: {
              obj.root = reader.bytes()
              break
            }
            case 4: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 5: {
              obj.rootIsCopy = reader.bool()
              break
            }
            case 6: {
              obj.signature = reader.bytes()
              break
            }
            case 7: {
              obj.distance = reader.uint32()
              break
            }
            case 8: {
              obj.isParent = reader.bool()
              break
            }
            case 9: {
              obj.subscribers = reader.uint64Number()
              break
            }
            case 10: {
              obj.copies = reader.uint64Number()
              break
            }
            case 11: {
              obj.allSubscribers = reader.uint64Number()
              break
            }
            case 12: {
              obj.allCopies = reader.uint64Number()
              break
            }
            case 13: {
              obj.wantedSequence = reader.uint64Number()
              break
            }
            case 14: {
              obj.isCopy = reader.bool()
              break
            }
            case 15: {
              obj.isRelay = reader.bool()
              break
            }
            case 16: {
              obj.declines = reader.bool()
              break
            }
            case 17: {
              obj.isFull = reader.bool()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.topic`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.serial`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.root`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.rootIsCopy`,
                value: reader.bool()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.distance`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.isParent`,
                value: reader.bool()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.subscribers`,
                value: reader.uint64Number()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.copies`,
                value: reader.uint64Number()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.allSubscribers`,
                value: reader.uint64Number()
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.allCopies`,
                value: reader.uint64Number()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.wantedSequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 14: {
              yield {
                field: `${prefix}.isCopy`,
                value: reader.bool()
              }
              break
            }
            case 15: {
              yield {
                field: `${prefix}.isRelay`,
                value: reader.bool()
              }
              break
            }
            case 16: {
              yield {
                field: `${prefix}.declines`,
                value: reader.bool()
              }
              break
            }
            case 17: {
              yield {
                field: `${prefix}.isFull`,
                value: reader.bool()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ClaimTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface ClaimRootFieldEvent {
    field: '$.root'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface ClaimRootIsCopyFieldEvent {
    field: '$.rootIsCopy'
    value: boolean
  }

  export interface ClaimSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimDistanceFieldEvent {
    field: '$.distance'
    value: number
  }

  export interface ClaimIsParentFieldEvent {
    field: '$.isParent'
    value: boolean
  }

  export interface ClaimSubscribersFieldEvent {
    field: '$.subscribers'
    value: number
  }

  export interface ClaimCopiesFieldEvent {
    field: '$.copies'
    value: number
  }

  export interface ClaimAllSubscribersFieldEvent {
    field: '$.allSubscribers'
    value: number
  }

  export interface ClaimAllCopiesFieldEvent {
    field: '$.allCopies'
    value: number
  }

  export interface ClaimWantedSequenceFieldEvent {
    field: '$.wantedSequence'
    value: number
  }

  export interface ClaimIsCopyFieldEvent {
    field: '$.isCopy'
    value: boolean
  }

  export interface ClaimIsRelayFieldEvent {
    field: '$.isRelay'
    value: boolean
  }

  export interface ClaimDeclinesFieldEvent {
    field: '$.declines'
    value: boolean
  }

  export interface ClaimIsFullFieldEvent {
    field: '$.isFull'
    value: boolean
  }

  export function encode (obj: Partial<Claim>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Claim.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Claim>): Claim {
    return decodeMessage(buf, Claim.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Claim>): Generator<ClaimTopicFieldEvent | ClaimSerialFieldEvent | ClaimRootFieldEvent | ClaimSequenceFieldEvent | ClaimRootIsCopyFieldEvent | ClaimSignatureFieldEvent | ClaimDistanceFieldEvent | ClaimIsParentFieldEvent | ClaimSubscribersFieldEvent | ClaimCopiesFieldEvent | ClaimAllSubscribersFieldEvent | ClaimAllCopiesFieldEvent | ClaimWantedSequenceFieldEvent | ClaimIsCopyFieldEvent | ClaimIsRelayFieldEvent | ClaimDeclinesFieldEvent | ClaimIsFullFieldEvent> {
    return streamMessage(buf, Claim.codec(), opts)
  }
}

export interface ClaimAck {
  topic: Uint8Array<ArrayBuffer>
  serial: number
}

export namespace ClaimAck {
  let _codec: Codec<ClaimAck>

  export const codec = (): Codec<ClaimAck> => {
    if (_codec == null) {
      _codec = message<ClaimAck>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.serial)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          serial: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.topic = reader.bytes()
              break
            }
            case 2: {
              obj.serial = reader.uint64Number()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.topic`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.serial`,
                value: reader.uint64Number()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface ClaimAckTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ClaimAckSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export function encode (obj: Partial<ClaimAck>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ClaimAck.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClaimAck>): ClaimAck {
    return decodeMessage(buf, ClaimAck.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClaimAck>): Generator<ClaimAckTopicFieldEvent | ClaimAckSerialFieldEvent> {
    return streamMessage(buf, ClaimAck.codec(), opts)
  }
}

export const NetworkFrameForm = {
  "1": {
    "1": "bytes",
    "2": "uint64",
    "3": "bytes",
    "4": "uint64",
    "5": "bool",
    "6": "bytes",
    "7": "uint32",
    "8": "bool",
    "9": "uint64",
    "10": "uint64",
    "11": "uint64",
    "12": "uint64",
    "13": "uint64",
    "14": "bool",
    "15": "bool",
    "16": "bool",
    "17": "bool"
  },
  "2": {
    "1": "bytes",
    "2": "uint64"
  }
} as const
