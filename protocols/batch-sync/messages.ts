import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface BatchSyncFrame {
  messages: Message[]
  acks: Ack[]
  offers: Offer[]
  requests: Request[]
  ranges: Ranges[]
  defers: Defer[]
  headerRequests: HeaderRequest[]
  headers: Headers[]
  pack: Uint8Array<ArrayBuffer>
}

export namespace BatchSyncFrame {
  let _codec: Codec<BatchSyncFrame>

  export const codec = (): Codec<BatchSyncFrame> => {
    if (_codec == null) {
      _codec = message<BatchSyncFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.messages != null && obj.messages.length > 0) {
          for (const value of obj.messages) {
            w.uint32(10)
            Message.codec().encode(value, w)
          }
        }

        if (obj.acks != null && obj.acks.length > 0) {
          for (const value of obj.acks) {
            w.uint32(18)
            Ack.codec().encode(value, w)
          }
        }

        if (obj.offers != null && obj.offers.length > 0) {
          for (const value of obj.offers) {
            w.uint32(26)
            Offer.codec().encode(value, w)
          }
        }

        if (obj.requests != null && obj.requests.length > 0) {
          for (const value of obj.requests) {
            w.uint32(34)
            Request.codec().encode(value, w)
          }
        }

        if (obj.ranges != null && obj.ranges.length > 0) {
          for (const value of obj.ranges) {
            w.uint32(42)
            Ranges.codec().encode(value, w)
          }
        }

        if (obj.defers != null && obj.defers.length > 0) {
          for (const value of obj.defers) {
            w.uint32(50)
            Defer.codec().encode(value, w)
          }
        }

        if (obj.headerRequests != null && obj.headerRequests.length > 0) {
          for (const value of obj.headerRequests) {
            w.uint32(58)
            HeaderRequest.codec().encode(value, w)
          }
        }

        if (obj.headers != null && obj.headers.length > 0) {
          for (const value of obj.headers) {
            w.uint32(66)
            Headers.codec().encode(value, w)
          }
        }

        if ((obj.pack != null && obj.pack.byteLength > 0)) {
          w.uint32(74)
          w.bytes(obj.pack)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          messages: [],
          acks: [],
          offers: [],
          requests: [],
          ranges: [],
          defers: [],
          headerRequests: [],
          headers: [],
          pack: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.messages != null && obj.messages.length === opts.limits.messages) {
                throw new MaxLengthError('Decode error - repeated field "messages" had too many elements')
              }

              if (obj.messages.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "messages" had too many elements')
              }

              obj.messages.push(Message.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.messages$
              }))
              break
            }
            case 2: {
              if (opts.limits?.acks != null && obj.acks.length === opts.limits.acks) {
                throw new MaxLengthError('Decode error - repeated field "acks" had too many elements')
              }

              if (obj.acks.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "acks" had too many elements')
              }

              obj.acks.push(Ack.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.acks$
              }))
              break
            }
            case 3: {
              if (opts.limits?.offers != null && obj.offers.length === opts.limits.offers) {
                throw new MaxLengthError('Decode error - repeated field "offers" had too many elements')
              }

              if (obj.offers.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "offers" had too many elements')
              }

              obj.offers.push(Offer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.offers$
              }))
              break
            }
            case 4: {
              if (opts.limits?.requests != null && obj.requests.length === opts.limits.requests) {
                throw new MaxLengthError('Decode error - repeated field "requests" had too many elements')
              }

              if (obj.requests.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "requests" had too many elements')
              }

              obj.requests.push(Request.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.requests$
              }))
              break
            }
            case 5: {
              if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              obj.ranges.push(Ranges.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ranges$
              }))
              break
            }
            case 6: {
              if (opts.limits?.defers != null && obj.defers.length === opts.limits.defers) {
                throw new MaxLengthError('Decode error - repeated field "defers" had too many elements')
              }

              if (obj.defers.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "defers" had too many elements')
              }

              obj.defers.push(Defer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.defers$
              }))
              break
            }
            case 7: {
              if (opts.limits?.headerRequests != null && obj.headerRequests.length === opts.limits.headerRequests) {
                throw new MaxLengthError('Decode error - repeated field "headerRequests" had too many elements')
              }

              if (obj.headerRequests.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "headerRequests" had too many elements')
              }

              obj.headerRequests.push(HeaderRequest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.headerRequests$
              }))
              break
            }
            case 8: {
              if (opts.limits?.headers != null && obj.headers.length === opts.limits.headers) {
                throw new MaxLengthError('Decode error - repeated field "headers" had too many elements')
              }

              if (obj.headers.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "headers" had too many elements')
              }

              obj.headers.push(Headers.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.headers$
              }))
              break
            }
            case 9: {
              obj.pack = reader.bytes()
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
          messages: 1536,
          acks: 1536,
          offers: 1536,
          requests: 1536,
          ranges: 1536,
          defers: 1536,
          headerRequests: 1536,
          headers: 1536
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.messages != null && obj.messages === opts.limits.messages) {
                throw new MaxLengthError('Streaming decode error - repeated field "messages" had too many elements')
              }

              if (obj.messages === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "messages" had too many elements')
              }

              for (const evt of Message.codec().stream(reader, reader.uint32(), `${prefix}.messages[]`, {
                limits: opts.limits?.messages$
              })) {
                yield {
                  ...evt,
                  index: obj.messages
                }
              }

              obj.messages++

              break
            }
            case 2: {
              if (opts.limits?.acks != null && obj.acks === opts.limits.acks) {
                throw new MaxLengthError('Streaming decode error - repeated field "acks" had too many elements')
              }

              if (obj.acks === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "acks" had too many elements')
              }

              for (const evt of Ack.codec().stream(reader, reader.uint32(), `${prefix}.acks[]`, {
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
            case 3: {
              if (opts.limits?.offers != null && obj.offers === opts.limits.offers) {
                throw new MaxLengthError('Streaming decode error - repeated field "offers" had too many elements')
              }

              if (obj.offers === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "offers" had too many elements')
              }

              for (const evt of Offer.codec().stream(reader, reader.uint32(), `${prefix}.offers[]`, {
                limits: opts.limits?.offers$
              })) {
                yield {
                  ...evt,
                  index: obj.offers
                }
              }

              obj.offers++

              break
            }
            case 4: {
              if (opts.limits?.requests != null && obj.requests === opts.limits.requests) {
                throw new MaxLengthError('Streaming decode error - repeated field "requests" had too many elements')
              }

              if (obj.requests === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "requests" had too many elements')
              }

              for (const evt of Request.codec().stream(reader, reader.uint32(), `${prefix}.requests[]`, {
                limits: opts.limits?.requests$
              })) {
                yield {
                  ...evt,
                  index: obj.requests
                }
              }

              obj.requests++

              break
            }
            case 5: {
              if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              for (const evt of Ranges.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                limits: opts.limits?.ranges$
              })) {
                yield {
                  ...evt,
                  index: obj.ranges
                }
              }

              obj.ranges++

              break
            }
            case 6: {
              if (opts.limits?.defers != null && obj.defers === opts.limits.defers) {
                throw new MaxLengthError('Streaming decode error - repeated field "defers" had too many elements')
              }

              if (obj.defers === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "defers" had too many elements')
              }

              for (const evt of Defer.codec().stream(reader, reader.uint32(), `${prefix}.defers[]`, {
                limits: opts.limits?.defers$
              })) {
                yield {
                  ...evt,
                  index: obj.defers
                }
              }

              obj.defers++

              break
            }
            case 7: {
              if (opts.limits?.headerRequests != null && obj.headerRequests === opts.limits.headerRequests) {
                throw new MaxLengthError('Streaming decode error - repeated field "headerRequests" had too many elements')
              }

              if (obj.headerRequests === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "headerRequests" had too many elements')
              }

              for (const evt of HeaderRequest.codec().stream(reader, reader.uint32(), `${prefix}.headerRequests[]`, {
                limits: opts.limits?.headerRequests$
              })) {
                yield {
                  ...evt,
                  index: obj.headerRequests
                }
              }

              obj.headerRequests++

              break
            }
            case 8: {
              if (opts.limits?.headers != null && obj.headers === opts.limits.headers) {
                throw new MaxLengthError('Streaming decode error - repeated field "headers" had too many elements')
              }

              if (obj.headers === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "headers" had too many elements')
              }

              for (const evt of Headers.codec().stream(reader, reader.uint32(), `${prefix}.headers[]`, {
                limits: opts.limits?.headers$
              })) {
                yield {
                  ...evt,
                  index: obj.headers
                }
              }

              obj.headers++

              break
            }
            case 9: {
              yield {
                field: `${prefix}.pack`,
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

  export interface BatchSyncFrameMessagesTopicFieldEvent {
    field: '$.messages[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameMessagesBlocksFieldEvent {
    field: '$.messages[].blocks[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameAcksTopicFieldEvent {
    field: '$.acks[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameAcksIdsFieldEvent {
    field: '$.acks[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameAcksHadBeforeFieldEvent {
    field: '$.acks[].hadBefore'
    value: boolean
    index: number
  }

  export interface BatchSyncFrameOffersTopicFieldEvent {
    field: '$.offers[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameOffersIdsFieldEvent {
    field: '$.offers[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameRequestsTopicFieldEvent {
    field: '$.requests[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRequestsIdsFieldEvent {
    field: '$.requests[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameRangesTopicFieldEvent {
    field: '$.ranges[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesSaltFieldEvent {
    field: '$.ranges[].salt'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesClockFieldEvent {
    field: '$.ranges[].clock'
    value: number
    index: number
  }

  export interface BatchSyncFrameRangesIdFieldEvent {
    field: '$.ranges[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesRangesClockDeltaFieldEvent {
    field: '$.ranges[].ranges[].clockDelta'
    value: number
    index: number
  }

  export interface BatchSyncFrameRangesRangesIdFieldEvent {
    field: '$.ranges[].ranges[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesRangesFingerprintFieldEvent {
    field: '$.ranges[].ranges[].fingerprint'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesRangesHeldFieldEvent {
    field: '$.ranges[].ranges[].held'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameRangesRangesWantedFieldEvent {
    field: '$.ranges[].ranges[].wanted'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameDefersTopicFieldEvent {
    field: '$.defers[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameDefersIdsFieldEvent {
    field: '$.defers[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameDefersAfterMsFieldEvent {
    field: '$.defers[].afterMs'
    value: number
    index: number
  }

  export interface BatchSyncFrameHeaderRequestsTopicFieldEvent {
    field: '$.headerRequests[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeaderRequestsBaseFieldEvent {
    field: '$.headerRequests[].base'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeaderRequestsClockFieldEvent {
    field: '$.headerRequests[].clock'
    value: number
    index: number
  }

  export interface BatchSyncFrameHeaderRequestsIdFieldEvent {
    field: '$.headerRequests[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeaderRequestsIdsFieldEvent {
    field: '$.headerRequests[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameHeadersTopicFieldEvent {
    field: '$.headers[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeadersBaseFieldEvent {
    field: '$.headers[].base'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeadersAuthorsFieldEvent {
    field: '$.headers[].authors[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface BatchSyncFrameHeadersHeadersIdFieldEvent {
    field: '$.headers[].headers[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BatchSyncFrameHeadersHeadersClockFieldEvent {
    field: '$.headers[].headers[].clock'
    value: number
    index: number
  }

  export interface BatchSyncFrameHeadersHeadersAuthorFieldEvent {
    field: '$.headers[].headers[].author'
    value: number
    index: number
  }

  export interface BatchSyncFrameHeadersHeadersSeqFieldEvent {
    field: '$.headers[].headers[].seq'
    value: number
    index: number
  }

  export interface BatchSyncFrameHeadersLastFieldEvent {
    field: '$.headers[].last'
    value: boolean
    index: number
  }

  export interface BatchSyncFramePackFieldEvent {
    field: '$.pack'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<BatchSyncFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BatchSyncFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BatchSyncFrame>): BatchSyncFrame {
    return decodeMessage(buf, BatchSyncFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BatchSyncFrame>): Generator<BatchSyncFrameMessagesTopicFieldEvent | BatchSyncFrameMessagesBlocksFieldEvent | BatchSyncFrameAcksTopicFieldEvent | BatchSyncFrameAcksIdsFieldEvent | BatchSyncFrameAcksHadBeforeFieldEvent | BatchSyncFrameOffersTopicFieldEvent | BatchSyncFrameOffersIdsFieldEvent | BatchSyncFrameRequestsTopicFieldEvent | BatchSyncFrameRequestsIdsFieldEvent | BatchSyncFrameRangesTopicFieldEvent | BatchSyncFrameRangesSaltFieldEvent | BatchSyncFrameRangesClockFieldEvent | BatchSyncFrameRangesIdFieldEvent | BatchSyncFrameRangesRangesClockDeltaFieldEvent | BatchSyncFrameRangesRangesIdFieldEvent | BatchSyncFrameRangesRangesFingerprintFieldEvent | BatchSyncFrameRangesRangesHeldFieldEvent | BatchSyncFrameRangesRangesWantedFieldEvent | BatchSyncFrameDefersTopicFieldEvent | BatchSyncFrameDefersIdsFieldEvent | BatchSyncFrameDefersAfterMsFieldEvent | BatchSyncFrameHeaderRequestsTopicFieldEvent | BatchSyncFrameHeaderRequestsBaseFieldEvent | BatchSyncFrameHeaderRequestsClockFieldEvent | BatchSyncFrameHeaderRequestsIdFieldEvent | BatchSyncFrameHeaderRequestsIdsFieldEvent | BatchSyncFrameHeadersTopicFieldEvent | BatchSyncFrameHeadersBaseFieldEvent | BatchSyncFrameHeadersAuthorsFieldEvent | BatchSyncFrameHeadersHeadersIdFieldEvent | BatchSyncFrameHeadersHeadersClockFieldEvent | BatchSyncFrameHeadersHeadersAuthorFieldEvent | BatchSyncFrameHeadersHeadersSeqFieldEvent | BatchSyncFrameHeadersLastFieldEvent | BatchSyncFramePackFieldEvent> {
    return streamMessage(buf, BatchSyncFrame.codec(), opts)
  }
}

export interface Message {
  topic: Uint8Array<ArrayBuffer>
  blocks: Uint8Array<ArrayBuffer>[]
}

export namespace Message {
  let _codec: Codec<Message>

  export const codec = (): Codec<Message> => {
    if (_codec == null) {
      _codec = message<Message>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (obj.blocks != null && obj.blocks.length > 0) {
          for (const value of obj.blocks) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          blocks: []
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
              if (opts.limits?.blocks != null && obj.blocks.length === opts.limits.blocks) {
                throw new MaxLengthError('Decode error - repeated field "blocks" had too many elements')
              }

              if (obj.blocks.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "blocks" had too many elements')
              }

              obj.blocks.push(reader.bytes())
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
          blocks: 1536
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
              if (opts.limits?.blocks != null && obj.blocks === opts.limits.blocks) {
                throw new MaxLengthError('Streaming decode error - repeated field "blocks" had too many elements')
              }

              if (obj.blocks === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "blocks" had too many elements')
              }

              yield {
                field: `${prefix}.blocks[]`,
                index: obj.blocks,
                value: reader.bytes()
              }

              obj.blocks++

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

  export interface MessageTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface MessageBlocksFieldEvent {
    field: '$.blocks[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Message>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Message.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Message {
    return decodeMessage(buf, Message.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Message>): Generator<MessageTopicFieldEvent | MessageBlocksFieldEvent> {
    return streamMessage(buf, Message.codec(), opts)
  }
}

export interface Ack {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
  hadBefore: boolean
}

export namespace Ack {
  let _codec: Codec<Ack>

  export const codec = (): Codec<Ack> => {
    if (_codec == null) {
      _codec = message<Ack>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if ((obj.hadBefore != null && obj.hadBefore !== false)) {
          w.uint32(24)
          w.bool(obj.hadBefore)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          ids: [],
          hadBefore: false
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
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
              break
            }
            case 3: {
              obj.hadBefore = reader.bool()
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
          ids: 1536
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
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.hadBefore`,
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

  export interface AckTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AckIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface AckHadBeforeFieldEvent {
    field: '$.hadBefore'
    value: boolean
  }

  export function encode (obj: Partial<Ack>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ack.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ack>): Ack {
    return decodeMessage(buf, Ack.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ack>): Generator<AckTopicFieldEvent | AckIdsFieldEvent | AckHadBeforeFieldEvent> {
    return streamMessage(buf, Ack.codec(), opts)
  }
}

export interface Offer {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace Offer {
  let _codec: Codec<Offer>

  export const codec = (): Codec<Offer> => {
    if (_codec == null) {
      _codec = message<Offer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          ids: []
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
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
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
          ids: 1536
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
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

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

  export interface OfferTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Offer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Offer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer {
    return decodeMessage(buf, Offer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferTopicFieldEvent | OfferIdsFieldEvent> {
    return streamMessage(buf, Offer.codec(), opts)
  }
}

export interface Request {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace Request {
  let _codec: Codec<Request>

  export const codec = (): Codec<Request> => {
    if (_codec == null) {
      _codec = message<Request>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          ids: []
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
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
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
          ids: 1536
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
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

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

  export interface RequestTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Request>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Request.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Request>): Request {
    return decodeMessage(buf, Request.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Request>): Generator<RequestTopicFieldEvent | RequestIdsFieldEvent> {
    return streamMessage(buf, Request.codec(), opts)
  }
}

export interface Defer {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
  afterMs: number
}

export namespace Defer {
  let _codec: Codec<Defer>

  export const codec = (): Codec<Defer> => {
    if (_codec == null) {
      _codec = message<Defer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if ((obj.afterMs != null && obj.afterMs !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.afterMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          ids: [],
          afterMs: 0
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
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 1536) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
              break
            }
            case 3: {
              obj.afterMs = reader.uint64Number()
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
          ids: 1536
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
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 1536) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.afterMs`,
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

  export interface DeferTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DeferIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface DeferAfterMsFieldEvent {
    field: '$.afterMs'
    value: number
  }

  export function encode (obj: Partial<Defer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Defer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Defer>): Defer {
    return decodeMessage(buf, Defer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Defer>): Generator<DeferTopicFieldEvent | DeferIdsFieldEvent | DeferAfterMsFieldEvent> {
    return streamMessage(buf, Defer.codec(), opts)
  }
}

export interface Ranges {
  topic: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  clock: number
  id: Uint8Array<ArrayBuffer>
  ranges: Range[]
}

export namespace Ranges {
  let _codec: Codec<Ranges>

  export const codec = (): Codec<Ranges> => {
    if (_codec == null) {
      _codec = message<Ranges>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.salt != null && obj.salt.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.salt)
        }

        if ((obj.clock != null && obj.clock !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.clock)
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.id)
        }

        if (obj.ranges != null && obj.ranges.length > 0) {
          for (const value of obj.ranges) {
            w.uint32(42)
            Range.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          salt: uint8ArrayAlloc(0),
          clock: 0,
          id: uint8ArrayAlloc(0),
          ranges: []
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
              obj.salt = reader.bytes()
              break
            }
            case 3: {
              obj.clock = reader.uint64Number()
              break
            }
            case 4: {
              obj.id = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges.length === 512) {
                throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements')
              }

              obj.ranges.push(Range.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ranges$
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
          ranges: 512
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
                field: `${prefix}.salt`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.clock`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              if (obj.ranges === 512) {
                throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements')
              }

              for (const evt of Range.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                limits: opts.limits?.ranges$
              })) {
                yield {
                  ...evt,
                  index: obj.ranges
                }
              }

              obj.ranges++

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

  export interface RangesTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangesSaltFieldEvent {
    field: '$.salt'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangesClockFieldEvent {
    field: '$.clock'
    value: number
  }

  export interface RangesIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangesRangesClockDeltaFieldEvent {
    field: '$.ranges[].clockDelta'
    value: number
    index: number
  }

  export interface RangesRangesIdFieldEvent {
    field: '$.ranges[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RangesRangesFingerprintFieldEvent {
    field: '$.ranges[].fingerprint'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RangesRangesHeldFieldEvent {
    field: '$.ranges[].held'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RangesRangesWantedFieldEvent {
    field: '$.ranges[].wanted'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<Ranges>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ranges.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Ranges {
    return decodeMessage(buf, Ranges.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ranges>): Generator<RangesTopicFieldEvent | RangesSaltFieldEvent | RangesClockFieldEvent | RangesIdFieldEvent | RangesRangesClockDeltaFieldEvent | RangesRangesIdFieldEvent | RangesRangesFingerprintFieldEvent | RangesRangesHeldFieldEvent | RangesRangesWantedFieldEvent> {
    return streamMessage(buf, Ranges.codec(), opts)
  }
}

export interface Range {
  clockDelta: number
  id: Uint8Array<ArrayBuffer>
  fingerprint?: Uint8Array<ArrayBuffer>
  held?: Uint8Array<ArrayBuffer>
  wanted?: Uint8Array<ArrayBuffer>
}

export namespace Range {
  let _codec: Codec<Range>

  export const codec = (): Codec<Range> => {
    if (_codec == null) {
      _codec = message<Range>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.clockDelta != null && obj.clockDelta !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.clockDelta)
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.id)
        }

        if (obj.fingerprint != null) {
          w.uint32(26)
          w.bytes(obj.fingerprint)
        }

        if (obj.held != null) {
          w.uint32(34)
          w.bytes(obj.held)
        }

        if (obj.wanted != null) {
          w.uint32(42)
          w.bytes(obj.wanted)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          clockDelta: 0,
          id: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.clockDelta = reader.uint64Number()
              break
            }
            case 2: {
              obj.id = reader.bytes()
              break
            }
            case 3: {
              obj.fingerprint = reader.bytes()
              break
            }
            case 4: {
              obj.held = reader.bytes()
              break
            }
            case 5: {
              obj.wanted = reader.bytes()
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
                field: `${prefix}.clockDelta`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.fingerprint`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.held`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.wanted`,
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

  export interface RangeClockDeltaFieldEvent {
    field: '$.clockDelta'
    value: number
  }

  export interface RangeIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangeFingerprintFieldEvent {
    field: '$.fingerprint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangeHeldFieldEvent {
    field: '$.held'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RangeWantedFieldEvent {
    field: '$.wanted'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Range>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Range.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Range>): Range {
    return decodeMessage(buf, Range.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Range>): Generator<RangeClockDeltaFieldEvent | RangeIdFieldEvent | RangeFingerprintFieldEvent | RangeHeldFieldEvent | RangeWantedFieldEvent> {
    return streamMessage(buf, Range.codec(), opts)
  }
}

export interface HeaderRequest {
  topic: Uint8Array<ArrayBuffer>
  base: Uint8Array<ArrayBuffer>
  clock: number
  id: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace HeaderRequest {
  let _codec: Codec<HeaderRequest>

  export const codec = (): Codec<HeaderRequest> => {
    if (_codec == null) {
      _codec = message<HeaderRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.base != null && obj.base.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.base)
        }

        if ((obj.clock != null && obj.clock !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.clock)
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.id)
        }

        if (obj.ids != null && obj.ids.length > 0) {
          for (const value of obj.ids) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          base: uint8ArrayAlloc(0),
          clock: 0,
          id: uint8ArrayAlloc(0),
          ids: []
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
              obj.base = reader.bytes()
              break
            }
            case 3: {
              obj.clock = reader.uint64Number()
              break
            }
            case 4: {
              obj.id = reader.bytes()
              break
            }
            case 5: {
              if (opts.limits?.ids != null && obj.ids.length === opts.limits.ids) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
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
          ids: 1024
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
                field: `${prefix}.base`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.clock`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              if (opts.limits?.ids != null && obj.ids === opts.limits.ids) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              if (obj.ids === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "ids" had too many elements')
              }

              yield {
                field: `${prefix}.ids[]`,
                index: obj.ids,
                value: reader.bytes()
              }

              obj.ids++

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

  export interface HeaderRequestTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeaderRequestBaseFieldEvent {
    field: '$.base'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeaderRequestClockFieldEvent {
    field: '$.clock'
    value: number
  }

  export interface HeaderRequestIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeaderRequestIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<HeaderRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, HeaderRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeaderRequest>): HeaderRequest {
    return decodeMessage(buf, HeaderRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeaderRequest>): Generator<HeaderRequestTopicFieldEvent | HeaderRequestBaseFieldEvent | HeaderRequestClockFieldEvent | HeaderRequestIdFieldEvent | HeaderRequestIdsFieldEvent> {
    return streamMessage(buf, HeaderRequest.codec(), opts)
  }
}

export interface Headers {
  topic: Uint8Array<ArrayBuffer>
  base: Uint8Array<ArrayBuffer>
  authors: Uint8Array<ArrayBuffer>[]
  headers: Header[]
  last: boolean
}

export namespace Headers {
  let _codec: Codec<Headers>

  export const codec = (): Codec<Headers> => {
    if (_codec == null) {
      _codec = message<Headers>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.base != null && obj.base.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.base)
        }

        if (obj.authors != null && obj.authors.length > 0) {
          for (const value of obj.authors) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if (obj.headers != null && obj.headers.length > 0) {
          for (const value of obj.headers) {
            w.uint32(34)
            Header.codec().encode(value, w)
          }
        }

        if ((obj.last != null && obj.last !== false)) {
          w.uint32(40)
          w.bool(obj.last)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          base: uint8ArrayAlloc(0),
          authors: [],
          headers: [],
          last: false
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
              obj.base = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.authors != null && obj.authors.length === opts.limits.authors) {
                throw new MaxLengthError('Decode error - repeated field "authors" had too many elements')
              }

              if (obj.authors.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "authors" had too many elements')
              }

              obj.authors.push(reader.bytes())
              break
            }
            case 4: {
              if (opts.limits?.headers != null && obj.headers.length === opts.limits.headers) {
                throw new MaxLengthError('Decode error - repeated field "headers" had too many elements')
              }

              if (obj.headers.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "headers" had too many elements')
              }

              obj.headers.push(Header.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.headers$
              }))
              break
            }
            case 5: {
              obj.last = reader.bool()
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
          authors: 1024,
          headers: 1024
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
                field: `${prefix}.base`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              if (opts.limits?.authors != null && obj.authors === opts.limits.authors) {
                throw new MaxLengthError('Streaming decode error - repeated field "authors" had too many elements')
              }

              if (obj.authors === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "authors" had too many elements')
              }

              yield {
                field: `${prefix}.authors[]`,
                index: obj.authors,
                value: reader.bytes()
              }

              obj.authors++

              break
            }
            case 4: {
              if (opts.limits?.headers != null && obj.headers === opts.limits.headers) {
                throw new MaxLengthError('Streaming decode error - repeated field "headers" had too many elements')
              }

              if (obj.headers === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "headers" had too many elements')
              }

              for (const evt of Header.codec().stream(reader, reader.uint32(), `${prefix}.headers[]`, {
                limits: opts.limits?.headers$
              })) {
                yield {
                  ...evt,
                  index: obj.headers
                }
              }

              obj.headers++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.last`,
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

  export interface HeadersTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeadersBaseFieldEvent {
    field: '$.base'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeadersAuthorsFieldEvent {
    field: '$.authors[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeadersHeadersIdFieldEvent {
    field: '$.headers[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface HeadersHeadersClockFieldEvent {
    field: '$.headers[].clock'
    value: number
    index: number
  }

  export interface HeadersHeadersAuthorFieldEvent {
    field: '$.headers[].author'
    value: number
    index: number
  }

  export interface HeadersHeadersSeqFieldEvent {
    field: '$.headers[].seq'
    value: number
    index: number
  }

  export interface HeadersLastFieldEvent {
    field: '$.last'
    value: boolean
  }

  export function encode (obj: Partial<Headers>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Headers.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Headers>): Headers {
    return decodeMessage(buf, Headers.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Headers>): Generator<HeadersTopicFieldEvent | HeadersBaseFieldEvent | HeadersAuthorsFieldEvent | HeadersHeadersIdFieldEvent | HeadersHeadersClockFieldEvent | HeadersHeadersAuthorFieldEvent | HeadersHeadersSeqFieldEvent | HeadersLastFieldEvent> {
    return streamMessage(buf, Headers.codec(), opts)
  }
}

export interface Header {
  id: Uint8Array<ArrayBuffer>
  clock: number
  author: number
  seq: number
}

export namespace Header {
  let _codec: Codec<Header>

  export const codec = (): Codec<Header> => {
    if (_codec == null) {
      _codec = message<Header>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.id)
        }

        if ((obj.clock != null && obj.clock !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.clock)
        }

        if ((obj.author != null && obj.author !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.author)
        }

        if ((obj.seq != null && obj.seq !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.seq)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: uint8ArrayAlloc(0),
          clock: 0,
          author: 0,
          seq: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.bytes()
              break
            }
            case 2: {
              obj.clock = reader.uint64Number()
              break
            }
            case 3: {
              obj.author = reader.uint64Number()
              break
            }
            case 4: {
              obj.seq = reader.uint64Number()
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
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.clock`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.author`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.seq`,
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

  export interface HeaderIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeaderClockFieldEvent {
    field: '$.clock'
    value: number
  }

  export interface HeaderAuthorFieldEvent {
    field: '$.author'
    value: number
  }

  export interface HeaderSeqFieldEvent {
    field: '$.seq'
    value: number
  }

  export function encode (obj: Partial<Header>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Header.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Header>): Header {
    return decodeMessage(buf, Header.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Header>): Generator<HeaderIdFieldEvent | HeaderClockFieldEvent | HeaderAuthorFieldEvent | HeaderSeqFieldEvent> {
    return streamMessage(buf, Header.codec(), opts)
  }
}

export const BatchSyncFrameForm = {
  "1": {
    "1": "bytes",
    "2": "bytes"
  },
  "2": {
    "1": "bytes",
    "2": "bytes",
    "3": "bool"
  },
  "3": {
    "1": "bytes",
    "2": "bytes"
  },
  "4": {
    "1": "bytes",
    "2": "bytes"
  },
  "5": {
    "1": "bytes",
    "2": "bytes",
    "3": "uint64",
    "4": "bytes",
    "5": {
      "1": "uint64",
      "2": "bytes",
      "3": "bytes",
      "4": "bytes",
      "5": "bytes"
    }
  },
  "6": {
    "1": "bytes",
    "2": "bytes",
    "3": "uint64"
  },
  "7": {
    "1": "bytes",
    "2": "bytes",
    "3": "uint64",
    "4": "bytes",
    "5": "bytes"
  },
  "8": {
    "1": "bytes",
    "2": "bytes",
    "3": "bytes",
    "4": {
      "1": "bytes",
      "2": "uint64",
      "3": "uint64",
      "4": "uint64"
    },
    "5": "bool"
  },
  "9": "bytes"
} as const
