import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface RoomStateFrame {
  metadata: Metadata[]
  metadataAcks: MetadataAck[]
  goodbyes: Goodbye[]
  goodbyeAcks: GoodbyeAck[]
  suggestions: Suggestion[]
  removals: Removal[]
  invited: Invited[]
}

export namespace RoomStateFrame {
  let _codec: Codec<RoomStateFrame>

  export const codec = (): Codec<RoomStateFrame> => {
    if (_codec == null) {
      _codec = message<RoomStateFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.metadata != null && obj.metadata.length > 0) {
          for (const value of obj.metadata) {
            w.uint32(10)
            Metadata.codec().encode(value, w)
          }
        }

        if (obj.metadataAcks != null && obj.metadataAcks.length > 0) {
          for (const value of obj.metadataAcks) {
            w.uint32(18)
            MetadataAck.codec().encode(value, w)
          }
        }

        if (obj.goodbyes != null && obj.goodbyes.length > 0) {
          for (const value of obj.goodbyes) {
            w.uint32(26)
            Goodbye.codec().encode(value, w)
          }
        }

        if (obj.goodbyeAcks != null && obj.goodbyeAcks.length > 0) {
          for (const value of obj.goodbyeAcks) {
            w.uint32(34)
            GoodbyeAck.codec().encode(value, w)
          }
        }

        if (obj.suggestions != null && obj.suggestions.length > 0) {
          for (const value of obj.suggestions) {
            w.uint32(42)
            Suggestion.codec().encode(value, w)
          }
        }

        if (obj.removals != null && obj.removals.length > 0) {
          for (const value of obj.removals) {
            w.uint32(50)
            Removal.codec().encode(value, w)
          }
        }

        if (obj.invited != null && obj.invited.length > 0) {
          for (const value of obj.invited) {
            w.uint32(58)
            Invited.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          metadata: [],
          metadataAcks: [],
          goodbyes: [],
          goodbyeAcks: [],
          suggestions: [],
          removals: [],
          invited: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.metadata != null && obj.metadata.length === opts.limits.metadata) {
                throw new MaxLengthError('Decode error - repeated field "metadata" had too many elements')
              }

              if (obj.metadata.length === 4096) {
                throw new MaxLengthError('Decode error - repeated field "metadata" had too many elements')
              }

              obj.metadata.push(Metadata.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.metadata$
              }))
              break
            }
            case 2: {
              if (opts.limits?.metadataAcks != null && obj.metadataAcks.length === opts.limits.metadataAcks) {
                throw new MaxLengthError('Decode error - repeated field "metadataAcks" had too many elements')
              }

              if (obj.metadataAcks.length === 4096) {
                throw new MaxLengthError('Decode error - repeated field "metadataAcks" had too many elements')
              }

              obj.metadataAcks.push(MetadataAck.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.metadataAcks$
              }))
              break
            }
            case 3: {
              if (opts.limits?.goodbyes != null && obj.goodbyes.length === opts.limits.goodbyes) {
                throw new MaxLengthError('Decode error - repeated field "goodbyes" had too many elements')
              }

              if (obj.goodbyes.length === 4096) {
                throw new MaxLengthError('Decode error - repeated field "goodbyes" had too many elements')
              }

              obj.goodbyes.push(Goodbye.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.goodbyes$
              }))
              break
            }
            case 4: {
              if (opts.limits?.goodbyeAcks != null && obj.goodbyeAcks.length === opts.limits.goodbyeAcks) {
                throw new MaxLengthError('Decode error - repeated field "goodbyeAcks" had too many elements')
              }

              if (obj.goodbyeAcks.length === 4096) {
                throw new MaxLengthError('Decode error - repeated field "goodbyeAcks" had too many elements')
              }

              obj.goodbyeAcks.push(GoodbyeAck.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.goodbyeAcks$
              }))
              break
            }
            case 5: {
              if (opts.limits?.suggestions != null && obj.suggestions.length === opts.limits.suggestions) {
                throw new MaxLengthError('Decode error - repeated field "suggestions" had too many elements')
              }

              if (obj.suggestions.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "suggestions" had too many elements')
              }

              obj.suggestions.push(Suggestion.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.suggestions$
              }))
              break
            }
            case 6: {
              if (opts.limits?.removals != null && obj.removals.length === opts.limits.removals) {
                throw new MaxLengthError('Decode error - repeated field "removals" had too many elements')
              }

              if (obj.removals.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "removals" had too many elements')
              }

              obj.removals.push(Removal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.removals$
              }))
              break
            }
            case 7: {
              if (opts.limits?.invited != null && obj.invited.length === opts.limits.invited) {
                throw new MaxLengthError('Decode error - repeated field "invited" had too many elements')
              }

              if (obj.invited.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "invited" had too many elements')
              }

              obj.invited.push(Invited.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.invited$
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
          metadata: 4096,
          metadataAcks: 4096,
          goodbyes: 4096,
          goodbyeAcks: 4096,
          suggestions: 64,
          removals: 64,
          invited: 64
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.metadata != null && obj.metadata === opts.limits.metadata) {
                throw new MaxLengthError('Streaming decode error - repeated field "metadata" had too many elements')
              }

              if (obj.metadata === 4096) {
                throw new MaxLengthError('Streaming decode error - repeated field "metadata" had too many elements')
              }

              for (const evt of Metadata.codec().stream(reader, reader.uint32(), `${prefix}.metadata[]`, {
                limits: opts.limits?.metadata$
              })) {
                yield {
                  ...evt,
                  index: obj.metadata
                }
              }

              obj.metadata++

              break
            }
            case 2: {
              if (opts.limits?.metadataAcks != null && obj.metadataAcks === opts.limits.metadataAcks) {
                throw new MaxLengthError('Streaming decode error - repeated field "metadataAcks" had too many elements')
              }

              if (obj.metadataAcks === 4096) {
                throw new MaxLengthError('Streaming decode error - repeated field "metadataAcks" had too many elements')
              }

              for (const evt of MetadataAck.codec().stream(reader, reader.uint32(), `${prefix}.metadataAcks[]`, {
                limits: opts.limits?.metadataAcks$
              })) {
                yield {
                  ...evt,
                  index: obj.metadataAcks
                }
              }

              obj.metadataAcks++

              break
            }
            case 3: {
              if (opts.limits?.goodbyes != null && obj.goodbyes === opts.limits.goodbyes) {
                throw new MaxLengthError('Streaming decode error - repeated field "goodbyes" had too many elements')
              }

              if (obj.goodbyes === 4096) {
                throw new MaxLengthError('Streaming decode error - repeated field "goodbyes" had too many elements')
              }

              for (const evt of Goodbye.codec().stream(reader, reader.uint32(), `${prefix}.goodbyes[]`, {
                limits: opts.limits?.goodbyes$
              })) {
                yield {
                  ...evt,
                  index: obj.goodbyes
                }
              }

              obj.goodbyes++

              break
            }
            case 4: {
              if (opts.limits?.goodbyeAcks != null && obj.goodbyeAcks === opts.limits.goodbyeAcks) {
                throw new MaxLengthError('Streaming decode error - repeated field "goodbyeAcks" had too many elements')
              }

              if (obj.goodbyeAcks === 4096) {
                throw new MaxLengthError('Streaming decode error - repeated field "goodbyeAcks" had too many elements')
              }

              for (const evt of GoodbyeAck.codec().stream(reader, reader.uint32(), `${prefix}.goodbyeAcks[]`, {
                limits: opts.limits?.goodbyeAcks$
              })) {
                yield {
                  ...evt,
                  index: obj.goodbyeAcks
                }
              }

              obj.goodbyeAcks++

              break
            }
            case 5: {
              if (opts.limits?.suggestions != null && obj.suggestions === opts.limits.suggestions) {
                throw new MaxLengthError('Streaming decode error - repeated field "suggestions" had too many elements')
              }

              if (obj.suggestions === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "suggestions" had too many elements')
              }

              for (const evt of Suggestion.codec().stream(reader, reader.uint32(), `${prefix}.suggestions[]`, {
                limits: opts.limits?.suggestions$
              })) {
                yield {
                  ...evt,
                  index: obj.suggestions
                }
              }

              obj.suggestions++

              break
            }
            case 6: {
              if (opts.limits?.removals != null && obj.removals === opts.limits.removals) {
                throw new MaxLengthError('Streaming decode error - repeated field "removals" had too many elements')
              }

              if (obj.removals === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "removals" had too many elements')
              }

              for (const evt of Removal.codec().stream(reader, reader.uint32(), `${prefix}.removals[]`, {
                limits: opts.limits?.removals$
              })) {
                yield {
                  ...evt,
                  index: obj.removals
                }
              }

              obj.removals++

              break
            }
            case 7: {
              if (opts.limits?.invited != null && obj.invited === opts.limits.invited) {
                throw new MaxLengthError('Streaming decode error - repeated field "invited" had too many elements')
              }

              if (obj.invited === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "invited" had too many elements')
              }

              for (const evt of Invited.codec().stream(reader, reader.uint32(), `${prefix}.invited[]`, {
                limits: opts.limits?.invited$
              })) {
                yield {
                  ...evt,
                  index: obj.invited
                }
              }

              obj.invited++

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

  export interface RoomStateFrameMetadataTopicFieldEvent {
    field: '$.metadata[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataSerialFieldEvent {
    field: '$.metadata[].serial'
    value: number
    index: number
  }

  export interface RoomStateFrameMetadataProofFieldEvent {
    field: '$.metadata[].proof'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataFrontierFieldEvent {
    field: '$.metadata[].frontier[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RoomStateFrameMetadataClockFieldEvent {
    field: '$.metadata[].clock'
    value: number
    index: number
  }

  export interface RoomStateFrameMetadataRefusesDocumentsFieldEvent {
    field: '$.metadata[].refusesDocuments'
    value: boolean
    index: number
  }

  export interface RoomStateFrameMetadataNewestFirstFieldEvent {
    field: '$.metadata[].newestFirst'
    value: boolean
    index: number
  }

  export interface RoomStateFrameMetadataHeadsDigestFieldEvent {
    field: '$.metadata[].headsDigest'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataCheckpointFieldEvent {
    field: '$.metadata[].checkpoint'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataHistoryFromFieldEvent {
    field: '$.metadata[].historyFrom'
    value: number
    index: number
  }

  export interface RoomStateFrameMetadataBaseFieldEvent {
    field: '$.metadata[].base'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataDocumentsFieldEvent {
    field: '$.metadata[].documents'
    value: number
    index: number
  }

  export interface RoomStateFrameMetadataAcksTopicFieldEvent {
    field: '$.metadataAcks[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameMetadataAcksSerialFieldEvent {
    field: '$.metadataAcks[].serial'
    value: number
    index: number
  }

  export interface RoomStateFrameMetadataAcksUnknownFieldEvent {
    field: '$.metadataAcks[].unknown'
    value: boolean
    index: number
  }

  export interface RoomStateFrameGoodbyesTopicFieldEvent {
    field: '$.goodbyes[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameGoodbyeAcksTopicFieldEvent {
    field: '$.goodbyeAcks[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameSuggestionsTopicFieldEvent {
    field: '$.suggestions[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameSuggestionsPeerRecordFieldEvent {
    field: '$.suggestions[].peerRecord'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameRemovalsTopicFieldEvent {
    field: '$.removals[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameRemovalsBlockFieldEvent {
    field: '$.removals[].block'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameInvitedTopicFieldEvent {
    field: '$.invited[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameInvitedKeyFieldEvent {
    field: '$.invited[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RoomStateFrameInvitedProofFieldEvent {
    field: '$.invited[].proof'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<RoomStateFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RoomStateFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoomStateFrame>): RoomStateFrame {
    return decodeMessage(buf, RoomStateFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoomStateFrame>): Generator<RoomStateFrameMetadataTopicFieldEvent | RoomStateFrameMetadataSerialFieldEvent | RoomStateFrameMetadataProofFieldEvent | RoomStateFrameMetadataFrontierFieldEvent | RoomStateFrameMetadataClockFieldEvent | RoomStateFrameMetadataRefusesDocumentsFieldEvent | RoomStateFrameMetadataNewestFirstFieldEvent | RoomStateFrameMetadataHeadsDigestFieldEvent | RoomStateFrameMetadataCheckpointFieldEvent | RoomStateFrameMetadataHistoryFromFieldEvent | RoomStateFrameMetadataBaseFieldEvent | RoomStateFrameMetadataDocumentsFieldEvent | RoomStateFrameMetadataAcksTopicFieldEvent | RoomStateFrameMetadataAcksSerialFieldEvent | RoomStateFrameMetadataAcksUnknownFieldEvent | RoomStateFrameGoodbyesTopicFieldEvent | RoomStateFrameGoodbyeAcksTopicFieldEvent | RoomStateFrameSuggestionsTopicFieldEvent | RoomStateFrameSuggestionsPeerRecordFieldEvent | RoomStateFrameRemovalsTopicFieldEvent | RoomStateFrameRemovalsBlockFieldEvent | RoomStateFrameInvitedTopicFieldEvent | RoomStateFrameInvitedKeyFieldEvent | RoomStateFrameInvitedProofFieldEvent> {
    return streamMessage(buf, RoomStateFrame.codec(), opts)
  }
}

export interface Metadata {
  topic: Uint8Array<ArrayBuffer>
  serial: number
  proof: Uint8Array<ArrayBuffer>
  frontier: Uint8Array<ArrayBuffer>[]
  clock: number
  refusesDocuments: boolean
  newestFirst: boolean
  headsDigest: Uint8Array<ArrayBuffer>
  checkpoint: Uint8Array<ArrayBuffer>
  historyFrom: number
  base: Uint8Array<ArrayBuffer>
  documents: number
}

export namespace Metadata {
  let _codec: Codec<Metadata>

  export const codec = (): Codec<Metadata> => {
    if (_codec == null) {
      _codec = message<Metadata>((obj, w, opts = {}) => {
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

        if ((obj.proof != null && obj.proof.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.proof)
        }

        if (obj.frontier != null && obj.frontier.length > 0) {
          for (const value of obj.frontier) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if ((obj.clock != null && obj.clock !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.clock)
        }

        if ((obj.refusesDocuments != null && obj.refusesDocuments !== false)) {
          w.uint32(48)
          w.bool(obj.refusesDocuments)
        }

        if ((obj.newestFirst != null && obj.newestFirst !== false)) {
          w.uint32(56)
          w.bool(obj.newestFirst)
        }

        if ((obj.headsDigest != null && obj.headsDigest.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.headsDigest)
        }

        if ((obj.checkpoint != null && obj.checkpoint.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.checkpoint)
        }

        if ((obj.historyFrom != null && obj.historyFrom !== 0)) {
          w.uint32(80)
          w.uint64Number(obj.historyFrom)
        }

        if ((obj.base != null && obj.base.byteLength > 0)) {
          w.uint32(90)
          w.bytes(obj.base)
        }

        if ((obj.documents != null && obj.documents !== 0)) {
          w.uint32(160)
          w.uint64Number(obj.documents)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          serial: 0,
          proof: uint8ArrayAlloc(0),
          frontier: [],
          clock: 0,
          refusesDocuments: false,
          newestFirst: false,
          headsDigest: uint8ArrayAlloc(0),
          checkpoint: uint8ArrayAlloc(0),
          historyFrom: 0,
          base: uint8ArrayAlloc(0),
          documents: 0
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
              obj.proof = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.frontier != null && obj.frontier.length === opts.limits.frontier) {
                throw new MaxLengthError('Decode error - repeated field "frontier" had too many elements')
              }

              if (obj.frontier.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "frontier" had too many elements')
              }

              obj.frontier.push(reader.bytes())
              break
            }
            case 5: {
              obj.clock = reader.uint64Number()
              break
            }
            case 6: {
              obj.refusesDocuments = reader.bool()
              break
            }
            case 7: {
              obj.newestFirst = reader.bool()
              break
            }
            case 8: {
              obj.headsDigest = reader.bytes()
              break
            }
            case 9: {
              obj.checkpoint = reader.bytes()
              break
            }
            case 10: {
              obj.historyFrom = reader.uint64Number()
              break
            }
            case 11: {
              obj.base = reader.bytes()
              break
            }
            case 20: {
              obj.documents = reader.uint64Number()
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
          frontier: 256
        }

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
                field: `${prefix}.proof`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              if (opts.limits?.frontier != null && obj.frontier === opts.limits.frontier) {
                throw new MaxLengthError('Streaming decode error - repeated field "frontier" had too many elements')
              }

              if (obj.frontier === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "frontier" had too many elements')
              }

              yield {
                field: `${prefix}.frontier[]`,
                index: obj.frontier,
                value: reader.bytes()
              }

              obj.frontier++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.clock`,
                value: reader.uint64Number()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.refusesDocuments`,
                value: reader.bool()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.newestFirst`,
                value: reader.bool()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.headsDigest`,
                value: reader.bytes()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.checkpoint`,
                value: reader.bytes()
              }
              break
            }
            case 10: {
              yield {
                field: `${prefix}.historyFrom`,
                value: reader.uint64Number()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.base`,
                value: reader.bytes()
              }
              break
            }
            case 20: {
              yield {
                field: `${prefix}.documents`,
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

  export interface MetadataTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface MetadataProofFieldEvent {
    field: '$.proof'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataFrontierFieldEvent {
    field: '$.frontier[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataClockFieldEvent {
    field: '$.clock'
    value: number
  }

  export interface MetadataRefusesDocumentsFieldEvent {
    field: '$.refusesDocuments'
    value: boolean
  }

  export interface MetadataNewestFirstFieldEvent {
    field: '$.newestFirst'
    value: boolean
  }

  export interface MetadataHeadsDigestFieldEvent {
    field: '$.headsDigest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataCheckpointFieldEvent {
    field: '$.checkpoint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataHistoryFromFieldEvent {
    field: '$.historyFrom'
    value: number
  }

  export interface MetadataBaseFieldEvent {
    field: '$.base'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataDocumentsFieldEvent {
    field: '$.documents'
    value: number
  }

  export function encode (obj: Partial<Metadata>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Metadata.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Metadata>): Metadata {
    return decodeMessage(buf, Metadata.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Metadata>): Generator<MetadataTopicFieldEvent | MetadataSerialFieldEvent | MetadataProofFieldEvent | MetadataFrontierFieldEvent | MetadataClockFieldEvent | MetadataRefusesDocumentsFieldEvent | MetadataNewestFirstFieldEvent | MetadataHeadsDigestFieldEvent | MetadataCheckpointFieldEvent | MetadataHistoryFromFieldEvent | MetadataBaseFieldEvent | MetadataDocumentsFieldEvent> {
    return streamMessage(buf, Metadata.codec(), opts)
  }
}

export interface MetadataAck {
  topic: Uint8Array<ArrayBuffer>
  serial: number
  unknown: boolean
}

export namespace MetadataAck {
  let _codec: Codec<MetadataAck>

  export const codec = (): Codec<MetadataAck> => {
    if (_codec == null) {
      _codec = message<MetadataAck>((obj, w, opts = {}) => {
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

        if ((obj.unknown != null && obj.unknown !== false)) {
          w.uint32(24)
          w.bool(obj.unknown)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          serial: 0,
          unknown: false
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
              obj.unknown = reader.bool()
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
                field: `${prefix}.unknown`,
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

  export interface MetadataAckTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MetadataAckSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface MetadataAckUnknownFieldEvent {
    field: '$.unknown'
    value: boolean
  }

  export function encode (obj: Partial<MetadataAck>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, MetadataAck.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MetadataAck>): MetadataAck {
    return decodeMessage(buf, MetadataAck.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MetadataAck>): Generator<MetadataAckTopicFieldEvent | MetadataAckSerialFieldEvent | MetadataAckUnknownFieldEvent> {
    return streamMessage(buf, MetadataAck.codec(), opts)
  }
}

export interface Goodbye {
  topic: Uint8Array<ArrayBuffer>
}

export namespace Goodbye {
  let _codec: Codec<Goodbye>

  export const codec = (): Codec<Goodbye> => {
    if (_codec == null) {
      _codec = message<Goodbye>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.topic = reader.bytes()
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

  export interface GoodbyeTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Goodbye>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Goodbye.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Goodbye {
    return decodeMessage(buf, Goodbye.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Generator<GoodbyeTopicFieldEvent> {
    return streamMessage(buf, Goodbye.codec(), opts)
  }
}

export interface GoodbyeAck {
  topic: Uint8Array<ArrayBuffer>
}

export namespace GoodbyeAck {
  let _codec: Codec<GoodbyeAck>

  export const codec = (): Codec<GoodbyeAck> => {
    if (_codec == null) {
      _codec = message<GoodbyeAck>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.topic = reader.bytes()
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

  export interface GoodbyeAckTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<GoodbyeAck>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GoodbyeAck.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GoodbyeAck>): GoodbyeAck {
    return decodeMessage(buf, GoodbyeAck.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GoodbyeAck>): Generator<GoodbyeAckTopicFieldEvent> {
    return streamMessage(buf, GoodbyeAck.codec(), opts)
  }
}

export interface Suggestion {
  topic: Uint8Array<ArrayBuffer>
  peerRecord: Uint8Array<ArrayBuffer>
}

export namespace Suggestion {
  let _codec: Codec<Suggestion>

  export const codec = (): Codec<Suggestion> => {
    if (_codec == null) {
      _codec = message<Suggestion>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.peerRecord != null && obj.peerRecord.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.peerRecord)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          peerRecord: uint8ArrayAlloc(0)
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
              obj.peerRecord = reader.bytes()
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
                field: `${prefix}.peerRecord`,
                value: reader.bytes()
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

  export interface SuggestionTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SuggestionPeerRecordFieldEvent {
    field: '$.peerRecord'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Suggestion>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Suggestion.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Suggestion>): Suggestion {
    return decodeMessage(buf, Suggestion.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Suggestion>): Generator<SuggestionTopicFieldEvent | SuggestionPeerRecordFieldEvent> {
    return streamMessage(buf, Suggestion.codec(), opts)
  }
}

export interface Removal {
  topic: Uint8Array<ArrayBuffer>
  block: Uint8Array<ArrayBuffer>
}

export namespace Removal {
  let _codec: Codec<Removal>

  export const codec = (): Codec<Removal> => {
    if (_codec == null) {
      _codec = message<Removal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.block != null && obj.block.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.block)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          block: uint8ArrayAlloc(0)
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
              obj.block = reader.bytes()
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
                field: `${prefix}.block`,
                value: reader.bytes()
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

  export interface RemovalTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RemovalBlockFieldEvent {
    field: '$.block'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Removal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Removal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Removal>): Removal {
    return decodeMessage(buf, Removal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Removal>): Generator<RemovalTopicFieldEvent | RemovalBlockFieldEvent> {
    return streamMessage(buf, Removal.codec(), opts)
  }
}

export interface Invited {
  topic: Uint8Array<ArrayBuffer>
  key: Uint8Array<ArrayBuffer>
  proof: Uint8Array<ArrayBuffer>
}

export namespace Invited {
  let _codec: Codec<Invited>

  export const codec = (): Codec<Invited> => {
    if (_codec == null) {
      _codec = message<Invited>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.key)
        }

        if ((obj.proof != null && obj.proof.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.proof)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          key: uint8ArrayAlloc(0),
          proof: uint8ArrayAlloc(0)
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
              obj.key = reader.bytes()
              break
            }
            case 3: {
              obj.proof = reader.bytes()
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
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.proof`,
                value: reader.bytes()
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

  export interface InvitedTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InvitedKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface InvitedProofFieldEvent {
    field: '$.proof'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Invited>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Invited.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Invited>): Invited {
    return decodeMessage(buf, Invited.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Invited>): Generator<InvitedTopicFieldEvent | InvitedKeyFieldEvent | InvitedProofFieldEvent> {
    return streamMessage(buf, Invited.codec(), opts)
  }
}

export const RoomStateFrameForm = {
  "1": {
    "1": "bytes",
    "2": "uint64",
    "3": "bytes",
    "4": "bytes",
    "5": "uint64",
    "6": "bool",
    "7": "bool",
    "8": "bytes",
    "9": "bytes",
    "10": "uint64",
    "11": "bytes",
    "20": "uint64"
  },
  "2": {
    "1": "bytes",
    "2": "uint64",
    "3": "bool"
  },
  "3": {
    "1": "bytes"
  },
  "4": {
    "1": "bytes"
  },
  "5": {
    "1": "bytes",
    "2": "bytes"
  },
  "6": {
    "1": "bytes",
    "2": "bytes"
  },
  "7": {
    "1": "bytes",
    "2": "bytes",
    "3": "bytes"
  }
} as const
