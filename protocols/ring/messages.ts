/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface RingFrame {
  request?: Request
  answer?: Answer
  pending?: Pending
  slice?: Slice
}

export namespace RingFrame {
  let _codec: Codec<RingFrame>

  export const codec = (): Codec<RingFrame> => {
    if (_codec == null) {
      _codec = message<RingFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.request != null) {
          w.uint32(10)
          Request.codec().encode(obj.request, w)
        }

        if (obj.answer != null) {
          w.uint32(18)
          Answer.codec().encode(obj.answer, w)
        }

        if (obj.pending != null) {
          w.uint32(26)
          Pending.codec().encode(obj.pending, w)
        }

        if (obj.slice != null) {
          w.uint32(34)
          Slice.codec().encode(obj.slice, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.request = Request.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.request
              })
              break
            }
            case 2: {
              obj.answer = Answer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.answer
              })
              break
            }
            case 3: {
              obj.pending = Pending.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.pending
              })
              break
            }
            case 4: {
              obj.slice = Slice.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.slice
              })
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
              yield * Request.codec().stream(reader, reader.uint32(), `${prefix}.request`, {
                limits: opts.limits?.request
              })

              break
            }
            case 2: {
              yield * Answer.codec().stream(reader, reader.uint32(), `${prefix}.answer`, {
                limits: opts.limits?.answer
              })

              break
            }
            case 3: {
              yield * Pending.codec().stream(reader, reader.uint32(), `${prefix}.pending`, {
                limits: opts.limits?.pending
              })

              break
            }
            case 4: {
              yield * Slice.codec().stream(reader, reader.uint32(), `${prefix}.slice`, {
                limits: opts.limits?.slice
              })

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

  export interface RingFrameRequestRequestFieldEvent {
    field: '$.request.request'
    value: number
  }

  export interface RingFrameRequestTargetFieldEvent {
    field: '$.request.target'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestHopsFieldEvent {
    field: '$.request.hops'
    value: number
  }

  export interface RingFrameRequestTracedFieldEvent {
    field: '$.request.traced'
    value: boolean
  }

  export interface RingFrameRequestExceptFieldEvent {
    field: '$.request.except[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestGetIdKeyFieldEvent {
    field: '$.request.getId.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestGetPeersPreviousFieldEvent {
    field: '$.request.getPeers.previous'
    value: number
  }

  export interface RingFrameRequestGetPeersNextFieldEvent {
    field: '$.request.getPeers.next'
    value: number
  }

  export interface RingFrameRequestGetPeersDigestFieldEvent {
    field: '$.request.getPeers.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestGetItemsAfterFieldEvent {
    field: '$.request.getItems.after'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestGetItemsPreviousFieldEvent {
    field: '$.request.getItems.previous'
    value: boolean
  }

  export interface RingFrameRequestGetItemsLimitFieldEvent {
    field: '$.request.getItems.limit'
    value: number
  }

  export interface RingFrameRequestGetItemKeyFieldEvent {
    field: '$.request.getItem.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestStoreValueFieldEvent {
    field: '$.request.store.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestStoreAuthorFieldEvent {
    field: '$.request.store.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestStoreNameFieldEvent {
    field: '$.request.store.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestStoreSequenceFieldEvent {
    field: '$.request.store.sequence'
    value: number
  }

  export interface RingFrameRequestStoreSignatureFieldEvent {
    field: '$.request.store.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestStoreTtlSecondsFieldEvent {
    field: '$.request.store.ttlSeconds'
    value: number
  }

  export interface RingFrameRequestStoreCopiesFieldEvent {
    field: '$.request.store.copies'
    value: number
  }

  export interface RingFrameRequestOfferItemsKeyFieldEvent {
    field: '$.request.offer.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameRequestOfferItemsSequenceFieldEvent {
    field: '$.request.offer.items[].sequence'
    value: number
    index: number
  }

  export interface RingFrameRequestOfferItemsSizeBytesFieldEvent {
    field: '$.request.offer.items[].sizeBytes'
    value: number
    index: number
  }

  export interface RingFrameRequestOfferCopyFieldEvent {
    field: '$.request.offer.copy'
    value: number
  }

  export interface RingFrameRequestHelloPayloadFieldEvent {
    field: '$.request.hello.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameRequestHelloRecordFieldEvent {
    field: '$.request.hello.record'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerRequestFieldEvent {
    field: '$.answer.request'
    value: number
  }

  export interface RingFrameAnswerFromFieldEvent {
    field: '$.answer.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerPathFieldEvent {
    field: '$.answer.path[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerFailureFieldEvent {
    field: '$.answer.failure'
    value: number
  }

  export interface RingFrameAnswerIdItemsFieldEvent {
    field: '$.answer.id.items'
    value: number
  }

  export interface RingFrameAnswerIdSizeBytesFieldEvent {
    field: '$.answer.id.sizeBytes'
    value: number
  }

  export interface RingFrameAnswerIdHoldsFieldEvent {
    field: '$.answer.id.holds'
    value: boolean
  }

  export interface RingFrameAnswerIdSequenceFieldEvent {
    field: '$.answer.id.sequence'
    value: number
  }

  export interface RingFrameAnswerPeersSameFieldEvent {
    field: '$.answer.peers.same'
    value: boolean
  }

  export interface RingFrameAnswerPeersPreviousKeyFieldEvent {
    field: '$.answer.peers.previous[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameAnswerPeersPreviousRecordFieldEvent {
    field: '$.answer.peers.previous[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameAnswerPeersNextKeyFieldEvent {
    field: '$.answer.peers.next[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameAnswerPeersNextRecordFieldEvent {
    field: '$.answer.peers.next[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameAnswerItemsItemsKeyFieldEvent {
    field: '$.answer.items.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RingFrameAnswerItemsItemsSequenceFieldEvent {
    field: '$.answer.items.items[].sequence'
    value: number
    index: number
  }

  export interface RingFrameAnswerItemsItemsSizeBytesFieldEvent {
    field: '$.answer.items.items[].sizeBytes'
    value: number
    index: number
  }

  export interface RingFrameAnswerFoundItemValueFieldEvent {
    field: '$.answer.found.item.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerFoundItemAuthorFieldEvent {
    field: '$.answer.found.item.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerFoundItemNameFieldEvent {
    field: '$.answer.found.item.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerFoundItemSequenceFieldEvent {
    field: '$.answer.found.item.sequence'
    value: number
  }

  export interface RingFrameAnswerFoundItemSignatureFieldEvent {
    field: '$.answer.found.item.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerFoundItemTtlSecondsFieldEvent {
    field: '$.answer.found.item.ttlSeconds'
    value: number
  }

  export interface RingFrameAnswerFoundItemCopiesFieldEvent {
    field: '$.answer.found.item.copies'
    value: number
  }

  export interface RingFrameAnswerStoredOutcomeFieldEvent {
    field: '$.answer.stored.outcome'
    value: number
  }

  export interface RingFrameAnswerStoredSequenceFieldEvent {
    field: '$.answer.stored.sequence'
    value: number
  }

  export interface RingFrameAnswerWantedAnsweredFieldEvent {
    field: '$.answer.wanted.answered'
    value: number
  }

  export interface RingFrameAnswerWantedLackingFieldEvent {
    field: '$.answer.wanted.lacking'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerHelloPayloadFieldEvent {
    field: '$.answer.hello.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameAnswerHelloRecordFieldEvent {
    field: '$.answer.hello.record'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFramePendingRequestFieldEvent {
    field: '$.pending.request'
    value: number
  }

  export interface RingFrameSliceSliceFieldEvent {
    field: '$.slice.slice'
    value: number
  }

  export interface RingFrameSliceOpenFromFieldEvent {
    field: '$.slice.open.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceOpenToFieldEvent {
    field: '$.slice.open.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceOpenNonceFieldEvent {
    field: '$.slice.open.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceOpenAnswererNonceFieldEvent {
    field: '$.slice.open.answererNonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceOpenEndFieldEvent {
    field: '$.slice.open.end'
    value: number
  }

  export interface RingFrameSliceSymbolsNonceFieldEvent {
    field: '$.slice.symbols.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceSymbolsFirstFieldEvent {
    field: '$.slice.symbols.first'
    value: number
  }

  export interface RingFrameSliceSymbolsSymbolsFieldEvent {
    field: '$.slice.symbols.symbols'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceMoreEndFieldEvent {
    field: '$.slice.more.end'
    value: number
  }

  export interface RingFrameSliceWantChecksumsFieldEvent {
    field: '$.slice.want.checksums'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceItemsOpenerFieldEvent {
    field: '$.slice.items.opener'
    value: boolean
  }

  export interface RingFrameSliceItemsItemsFieldEvent {
    field: '$.slice.items.items[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RingFrameSliceTakenKeptFieldEvent {
    field: '$.slice.taken.kept'
    value: number
  }

  export interface RingFrameSliceEndOpenerFieldEvent {
    field: '$.slice.end.opener'
    value: boolean
  }

  export interface RingFrameSliceEndRefusedFieldEvent {
    field: '$.slice.end.refused'
    value: boolean
  }

  export function encode (obj: Partial<RingFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, RingFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RingFrame>): RingFrame {
    return decodeMessage(buf, RingFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RingFrame>): Generator<RingFrameRequestRequestFieldEvent | RingFrameRequestTargetFieldEvent | RingFrameRequestHopsFieldEvent | RingFrameRequestTracedFieldEvent | RingFrameRequestExceptFieldEvent | RingFrameRequestGetIdKeyFieldEvent | RingFrameRequestGetPeersPreviousFieldEvent | RingFrameRequestGetPeersNextFieldEvent | RingFrameRequestGetPeersDigestFieldEvent | RingFrameRequestGetItemsAfterFieldEvent | RingFrameRequestGetItemsPreviousFieldEvent | RingFrameRequestGetItemsLimitFieldEvent | RingFrameRequestGetItemKeyFieldEvent | RingFrameRequestStoreValueFieldEvent | RingFrameRequestStoreAuthorFieldEvent | RingFrameRequestStoreNameFieldEvent | RingFrameRequestStoreSequenceFieldEvent | RingFrameRequestStoreSignatureFieldEvent | RingFrameRequestStoreTtlSecondsFieldEvent | RingFrameRequestStoreCopiesFieldEvent | RingFrameRequestOfferItemsKeyFieldEvent | RingFrameRequestOfferItemsSequenceFieldEvent | RingFrameRequestOfferItemsSizeBytesFieldEvent | RingFrameRequestOfferCopyFieldEvent | RingFrameRequestHelloPayloadFieldEvent | RingFrameRequestHelloRecordFieldEvent | RingFrameAnswerRequestFieldEvent | RingFrameAnswerFromFieldEvent | RingFrameAnswerPathFieldEvent | RingFrameAnswerFailureFieldEvent | RingFrameAnswerIdItemsFieldEvent | RingFrameAnswerIdSizeBytesFieldEvent | RingFrameAnswerIdHoldsFieldEvent | RingFrameAnswerIdSequenceFieldEvent | RingFrameAnswerPeersSameFieldEvent | RingFrameAnswerPeersPreviousKeyFieldEvent | RingFrameAnswerPeersPreviousRecordFieldEvent | RingFrameAnswerPeersNextKeyFieldEvent | RingFrameAnswerPeersNextRecordFieldEvent | RingFrameAnswerItemsItemsKeyFieldEvent | RingFrameAnswerItemsItemsSequenceFieldEvent | RingFrameAnswerItemsItemsSizeBytesFieldEvent | RingFrameAnswerFoundItemValueFieldEvent | RingFrameAnswerFoundItemAuthorFieldEvent | RingFrameAnswerFoundItemNameFieldEvent | RingFrameAnswerFoundItemSequenceFieldEvent | RingFrameAnswerFoundItemSignatureFieldEvent | RingFrameAnswerFoundItemTtlSecondsFieldEvent | RingFrameAnswerFoundItemCopiesFieldEvent | RingFrameAnswerStoredOutcomeFieldEvent | RingFrameAnswerStoredSequenceFieldEvent | RingFrameAnswerWantedAnsweredFieldEvent | RingFrameAnswerWantedLackingFieldEvent | RingFrameAnswerHelloPayloadFieldEvent | RingFrameAnswerHelloRecordFieldEvent | RingFramePendingRequestFieldEvent | RingFrameSliceSliceFieldEvent | RingFrameSliceOpenFromFieldEvent | RingFrameSliceOpenToFieldEvent | RingFrameSliceOpenNonceFieldEvent | RingFrameSliceOpenAnswererNonceFieldEvent | RingFrameSliceOpenEndFieldEvent | RingFrameSliceSymbolsNonceFieldEvent | RingFrameSliceSymbolsFirstFieldEvent | RingFrameSliceSymbolsSymbolsFieldEvent | RingFrameSliceMoreEndFieldEvent | RingFrameSliceWantChecksumsFieldEvent | RingFrameSliceItemsOpenerFieldEvent | RingFrameSliceItemsItemsFieldEvent | RingFrameSliceTakenKeptFieldEvent | RingFrameSliceEndOpenerFieldEvent | RingFrameSliceEndRefusedFieldEvent> {
    return streamMessage(buf, RingFrame.codec(), opts)
  }
}

export interface Request {
  request: number
  target: Uint8Array<ArrayBuffer>
  hops: number
  traced: boolean
  except: Uint8Array<ArrayBuffer>[]
  getId?: GetId
  getPeers?: GetPeers
  getItems?: GetItems
  getItem?: GetItem
  store?: Item
  offer?: Offer
  hello?: Greeting
}

export namespace Request {
  let _codec: Codec<Request>

  export const codec = (): Codec<Request> => {
    if (_codec == null) {
      _codec = message<Request>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.request)
        }

        if ((obj.target != null && obj.target.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.target)
        }

        if ((obj.hops != null && obj.hops !== 0)) {
          w.uint32(24)
          w.uint32(obj.hops)
        }

        if ((obj.traced != null && obj.traced !== false)) {
          w.uint32(32)
          w.bool(obj.traced)
        }

        if (obj.except != null && obj.except.length > 0) {
          for (const value of obj.except) {
            w.uint32(42)
            w.bytes(value)
          }
        }

        if (obj.getId != null) {
          w.uint32(50)
          GetId.codec().encode(obj.getId, w)
        }

        if (obj.getPeers != null) {
          w.uint32(58)
          GetPeers.codec().encode(obj.getPeers, w)
        }

        if (obj.getItems != null) {
          w.uint32(66)
          GetItems.codec().encode(obj.getItems, w)
        }

        if (obj.getItem != null) {
          w.uint32(74)
          GetItem.codec().encode(obj.getItem, w)
        }

        if (obj.store != null) {
          w.uint32(82)
          Item.codec().encode(obj.store, w)
        }

        if (obj.offer != null) {
          w.uint32(90)
          Offer.codec().encode(obj.offer, w)
        }

        if (obj.hello != null) {
          w.uint32(98)
          Greeting.codec().encode(obj.hello, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          request: 0,
          target: uint8ArrayAlloc(0),
          hops: 0,
          traced: false,
          except: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.request = reader.uint64Number()
              break
            }
            case 2: {
              obj.target = reader.bytes()
              break
            }
            case 3: {
              obj.hops = reader.uint32()
              break
            }
            case 4: {
              obj.traced = reader.bool()
              break
            }
            case 5: {
              if (opts.limits?.except != null && obj.except.length === opts.limits.except) {
                throw new MaxLengthError('Decode error - repeated field "except" had too many elements')
              }

              if (obj.except.length === 16) {
                throw new MaxLengthError('Decode error - repeated field "except" had too many elements')
              }

              obj.except.push(reader.bytes())
              break
            }
            case 6: {
              obj.getId = GetId.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.getId
              })
              break
            }
            case 7: {
              obj.getPeers = GetPeers.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.getPeers
              })
              break
            }
            case 8: {
              obj.getItems = GetItems.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.getItems
              })
              break
            }
            case 9: {
              obj.getItem = GetItem.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.getItem
              })
              break
            }
            case 10: {
              obj.store = Item.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.store
              })
              break
            }
            case 11: {
              obj.offer = Offer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.offer
              })
              break
            }
            case 12: {
              obj.hello = Greeting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hello
              })
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
          except: 16
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.target`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.hops`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.traced`,
                value: reader.bool()
              }
              break
            }
            case 5: {
              if (opts.limits?.except != null && obj.except === opts.limits.except) {
                throw new MaxLengthError('Streaming decode error - repeated field "except" had too many elements')
              }

              if (obj.except === 16) {
                throw new MaxLengthError('Streaming decode error - repeated field "except" had too many elements')
              }

              yield {
                field: `${prefix}.except[]`,
                index: obj.except,
                value: reader.bytes()
              }

              obj.except++

              break
            }
            case 6: {
              yield * GetId.codec().stream(reader, reader.uint32(), `${prefix}.getId`, {
                limits: opts.limits?.getId
              })

              break
            }
            case 7: {
              yield * GetPeers.codec().stream(reader, reader.uint32(), `${prefix}.getPeers`, {
                limits: opts.limits?.getPeers
              })

              break
            }
            case 8: {
              yield * GetItems.codec().stream(reader, reader.uint32(), `${prefix}.getItems`, {
                limits: opts.limits?.getItems
              })

              break
            }
            case 9: {
              yield * GetItem.codec().stream(reader, reader.uint32(), `${prefix}.getItem`, {
                limits: opts.limits?.getItem
              })

              break
            }
            case 10: {
              yield * Item.codec().stream(reader, reader.uint32(), `${prefix}.store`, {
                limits: opts.limits?.store
              })

              break
            }
            case 11: {
              yield * Offer.codec().stream(reader, reader.uint32(), `${prefix}.offer`, {
                limits: opts.limits?.offer
              })

              break
            }
            case 12: {
              yield * Greeting.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                limits: opts.limits?.hello
              })

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

  export interface RequestRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface RequestTargetFieldEvent {
    field: '$.target'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestHopsFieldEvent {
    field: '$.hops'
    value: number
  }

  export interface RequestTracedFieldEvent {
    field: '$.traced'
    value: boolean
  }

  export interface RequestExceptFieldEvent {
    field: '$.except[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestGetIdKeyFieldEvent {
    field: '$.getId.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestGetPeersPreviousFieldEvent {
    field: '$.getPeers.previous'
    value: number
  }

  export interface RequestGetPeersNextFieldEvent {
    field: '$.getPeers.next'
    value: number
  }

  export interface RequestGetPeersDigestFieldEvent {
    field: '$.getPeers.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestGetItemsAfterFieldEvent {
    field: '$.getItems.after'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestGetItemsPreviousFieldEvent {
    field: '$.getItems.previous'
    value: boolean
  }

  export interface RequestGetItemsLimitFieldEvent {
    field: '$.getItems.limit'
    value: number
  }

  export interface RequestGetItemKeyFieldEvent {
    field: '$.getItem.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestStoreValueFieldEvent {
    field: '$.store.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestStoreAuthorFieldEvent {
    field: '$.store.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestStoreNameFieldEvent {
    field: '$.store.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestStoreSequenceFieldEvent {
    field: '$.store.sequence'
    value: number
  }

  export interface RequestStoreSignatureFieldEvent {
    field: '$.store.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestStoreTtlSecondsFieldEvent {
    field: '$.store.ttlSeconds'
    value: number
  }

  export interface RequestStoreCopiesFieldEvent {
    field: '$.store.copies'
    value: number
  }

  export interface RequestOfferItemsKeyFieldEvent {
    field: '$.offer.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface RequestOfferItemsSequenceFieldEvent {
    field: '$.offer.items[].sequence'
    value: number
    index: number
  }

  export interface RequestOfferItemsSizeBytesFieldEvent {
    field: '$.offer.items[].sizeBytes'
    value: number
    index: number
  }

  export interface RequestOfferCopyFieldEvent {
    field: '$.offer.copy'
    value: number
  }

  export interface RequestHelloPayloadFieldEvent {
    field: '$.hello.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RequestHelloRecordFieldEvent {
    field: '$.hello.record'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Request>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Request.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Request>): Request {
    return decodeMessage(buf, Request.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Request>): Generator<RequestRequestFieldEvent | RequestTargetFieldEvent | RequestHopsFieldEvent | RequestTracedFieldEvent | RequestExceptFieldEvent | RequestGetIdKeyFieldEvent | RequestGetPeersPreviousFieldEvent | RequestGetPeersNextFieldEvent | RequestGetPeersDigestFieldEvent | RequestGetItemsAfterFieldEvent | RequestGetItemsPreviousFieldEvent | RequestGetItemsLimitFieldEvent | RequestGetItemKeyFieldEvent | RequestStoreValueFieldEvent | RequestStoreAuthorFieldEvent | RequestStoreNameFieldEvent | RequestStoreSequenceFieldEvent | RequestStoreSignatureFieldEvent | RequestStoreTtlSecondsFieldEvent | RequestStoreCopiesFieldEvent | RequestOfferItemsKeyFieldEvent | RequestOfferItemsSequenceFieldEvent | RequestOfferItemsSizeBytesFieldEvent | RequestOfferCopyFieldEvent | RequestHelloPayloadFieldEvent | RequestHelloRecordFieldEvent> {
    return streamMessage(buf, Request.codec(), opts)
  }
}

export interface Answer {
  request: number
  from: Uint8Array<ArrayBuffer>
  path: Uint8Array<ArrayBuffer>[]
  failure: number
  id?: Id
  peers?: Peers
  items?: Items
  found?: Found
  stored?: Stored
  wanted?: Wanted
  hello?: Greeting
}

export namespace Answer {
  let _codec: Codec<Answer>

  export const codec = (): Codec<Answer> => {
    if (_codec == null) {
      _codec = message<Answer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.request)
        }

        if ((obj.from != null && obj.from.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.from)
        }

        if (obj.path != null && obj.path.length > 0) {
          for (const value of obj.path) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if ((obj.failure != null && obj.failure !== 0)) {
          w.uint32(32)
          w.uint32(obj.failure)
        }

        if (obj.id != null) {
          w.uint32(50)
          Id.codec().encode(obj.id, w)
        }

        if (obj.peers != null) {
          w.uint32(58)
          Peers.codec().encode(obj.peers, w)
        }

        if (obj.items != null) {
          w.uint32(66)
          Items.codec().encode(obj.items, w)
        }

        if (obj.found != null) {
          w.uint32(74)
          Found.codec().encode(obj.found, w)
        }

        if (obj.stored != null) {
          w.uint32(82)
          Stored.codec().encode(obj.stored, w)
        }

        if (obj.wanted != null) {
          w.uint32(90)
          Wanted.codec().encode(obj.wanted, w)
        }

        if (obj.hello != null) {
          w.uint32(98)
          Greeting.codec().encode(obj.hello, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          request: 0,
          from: uint8ArrayAlloc(0),
          path: [],
          failure: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.request = reader.uint64Number()
              break
            }
            case 2: {
              obj.from = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.path != null && obj.path.length === opts.limits.path) {
                throw new MaxLengthError('Decode error - repeated field "path" had too many elements')
              }

              if (obj.path.length === 40) {
                throw new MaxLengthError('Decode error - repeated field "path" had too many elements')
              }

              obj.path.push(reader.bytes())
              break
            }
            case 4: {
              obj.failure = reader.uint32()
              break
            }
            case 6: {
              obj.id = Id.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.id
              })
              break
            }
            case 7: {
              obj.peers = Peers.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.peers
              })
              break
            }
            case 8: {
              obj.items = Items.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items
              })
              break
            }
            case 9: {
              obj.found = Found.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.found
              })
              break
            }
            case 10: {
              obj.stored = Stored.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.stored
              })
              break
            }
            case 11: {
              obj.wanted = Wanted.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.wanted
              })
              break
            }
            case 12: {
              obj.hello = Greeting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.hello
              })
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
          path: 40
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.from`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              if (opts.limits?.path != null && obj.path === opts.limits.path) {
                throw new MaxLengthError('Streaming decode error - repeated field "path" had too many elements')
              }

              if (obj.path === 40) {
                throw new MaxLengthError('Streaming decode error - repeated field "path" had too many elements')
              }

              yield {
                field: `${prefix}.path[]`,
                index: obj.path,
                value: reader.bytes()
              }

              obj.path++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.failure`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield * Id.codec().stream(reader, reader.uint32(), `${prefix}.id`, {
                limits: opts.limits?.id
              })

              break
            }
            case 7: {
              yield * Peers.codec().stream(reader, reader.uint32(), `${prefix}.peers`, {
                limits: opts.limits?.peers
              })

              break
            }
            case 8: {
              yield * Items.codec().stream(reader, reader.uint32(), `${prefix}.items`, {
                limits: opts.limits?.items
              })

              break
            }
            case 9: {
              yield * Found.codec().stream(reader, reader.uint32(), `${prefix}.found`, {
                limits: opts.limits?.found
              })

              break
            }
            case 10: {
              yield * Stored.codec().stream(reader, reader.uint32(), `${prefix}.stored`, {
                limits: opts.limits?.stored
              })

              break
            }
            case 11: {
              yield * Wanted.codec().stream(reader, reader.uint32(), `${prefix}.wanted`, {
                limits: opts.limits?.wanted
              })

              break
            }
            case 12: {
              yield * Greeting.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                limits: opts.limits?.hello
              })

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

  export interface AnswerRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface AnswerFromFieldEvent {
    field: '$.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerPathFieldEvent {
    field: '$.path[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerFailureFieldEvent {
    field: '$.failure'
    value: number
  }

  export interface AnswerIdItemsFieldEvent {
    field: '$.id.items'
    value: number
  }

  export interface AnswerIdSizeBytesFieldEvent {
    field: '$.id.sizeBytes'
    value: number
  }

  export interface AnswerIdHoldsFieldEvent {
    field: '$.id.holds'
    value: boolean
  }

  export interface AnswerIdSequenceFieldEvent {
    field: '$.id.sequence'
    value: number
  }

  export interface AnswerPeersSameFieldEvent {
    field: '$.peers.same'
    value: boolean
  }

  export interface AnswerPeersPreviousKeyFieldEvent {
    field: '$.peers.previous[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnswerPeersPreviousRecordFieldEvent {
    field: '$.peers.previous[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnswerPeersNextKeyFieldEvent {
    field: '$.peers.next[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnswerPeersNextRecordFieldEvent {
    field: '$.peers.next[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnswerItemsItemsKeyFieldEvent {
    field: '$.items.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface AnswerItemsItemsSequenceFieldEvent {
    field: '$.items.items[].sequence'
    value: number
    index: number
  }

  export interface AnswerItemsItemsSizeBytesFieldEvent {
    field: '$.items.items[].sizeBytes'
    value: number
    index: number
  }

  export interface AnswerFoundItemValueFieldEvent {
    field: '$.found.item.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerFoundItemAuthorFieldEvent {
    field: '$.found.item.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerFoundItemNameFieldEvent {
    field: '$.found.item.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerFoundItemSequenceFieldEvent {
    field: '$.found.item.sequence'
    value: number
  }

  export interface AnswerFoundItemSignatureFieldEvent {
    field: '$.found.item.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerFoundItemTtlSecondsFieldEvent {
    field: '$.found.item.ttlSeconds'
    value: number
  }

  export interface AnswerFoundItemCopiesFieldEvent {
    field: '$.found.item.copies'
    value: number
  }

  export interface AnswerStoredOutcomeFieldEvent {
    field: '$.stored.outcome'
    value: number
  }

  export interface AnswerStoredSequenceFieldEvent {
    field: '$.stored.sequence'
    value: number
  }

  export interface AnswerWantedAnsweredFieldEvent {
    field: '$.wanted.answered'
    value: number
  }

  export interface AnswerWantedLackingFieldEvent {
    field: '$.wanted.lacking'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerHelloPayloadFieldEvent {
    field: '$.hello.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerHelloRecordFieldEvent {
    field: '$.hello.record'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Answer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Answer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer {
    return decodeMessage(buf, Answer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Generator<AnswerRequestFieldEvent | AnswerFromFieldEvent | AnswerPathFieldEvent | AnswerFailureFieldEvent | AnswerIdItemsFieldEvent | AnswerIdSizeBytesFieldEvent | AnswerIdHoldsFieldEvent | AnswerIdSequenceFieldEvent | AnswerPeersSameFieldEvent | AnswerPeersPreviousKeyFieldEvent | AnswerPeersPreviousRecordFieldEvent | AnswerPeersNextKeyFieldEvent | AnswerPeersNextRecordFieldEvent | AnswerItemsItemsKeyFieldEvent | AnswerItemsItemsSequenceFieldEvent | AnswerItemsItemsSizeBytesFieldEvent | AnswerFoundItemValueFieldEvent | AnswerFoundItemAuthorFieldEvent | AnswerFoundItemNameFieldEvent | AnswerFoundItemSequenceFieldEvent | AnswerFoundItemSignatureFieldEvent | AnswerFoundItemTtlSecondsFieldEvent | AnswerFoundItemCopiesFieldEvent | AnswerStoredOutcomeFieldEvent | AnswerStoredSequenceFieldEvent | AnswerWantedAnsweredFieldEvent | AnswerWantedLackingFieldEvent | AnswerHelloPayloadFieldEvent | AnswerHelloRecordFieldEvent> {
    return streamMessage(buf, Answer.codec(), opts)
  }
}

export interface Pending {
  request: number
}

export namespace Pending {
  let _codec: Codec<Pending>

  export const codec = (): Codec<Pending> => {
    if (_codec == null) {
      _codec = message<Pending>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.request)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          request: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.request = reader.uint64Number()
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
                field: `${prefix}.request`,
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

  export interface PendingRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export function encode (obj: Partial<Pending>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Pending.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pending>): Pending {
    return decodeMessage(buf, Pending.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pending>): Generator<PendingRequestFieldEvent> {
    return streamMessage(buf, Pending.codec(), opts)
  }
}

export interface GetId {
  key: Uint8Array<ArrayBuffer>
}

export namespace GetId {
  let _codec: Codec<GetId>

  export const codec = (): Codec<GetId> => {
    if (_codec == null) {
      _codec = message<GetId>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
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
                field: `${prefix}.key`,
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

  export interface GetIdKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<GetId>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GetId.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetId>): GetId {
    return decodeMessage(buf, GetId.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetId>): Generator<GetIdKeyFieldEvent> {
    return streamMessage(buf, GetId.codec(), opts)
  }
}

export interface Id {
  items: number
  sizeBytes: number
  holds: boolean
  sequence: number
}

export namespace Id {
  let _codec: Codec<Id>

  export const codec = (): Codec<Id> => {
    if (_codec == null) {
      _codec = message<Id>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.items != null && obj.items !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.items)
        }

        if ((obj.sizeBytes != null && obj.sizeBytes !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sizeBytes)
        }

        if ((obj.holds != null && obj.holds !== false)) {
          w.uint32(24)
          w.bool(obj.holds)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.sequence)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          items: 0,
          sizeBytes: 0,
          holds: false,
          sequence: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.items = reader.uint64Number()
              break
            }
            case 2: {
              obj.sizeBytes = reader.uint64Number()
              break
            }
            case 3: {
              obj.holds = reader.bool()
              break
            }
            case 4: {
              obj.sequence = reader.uint64Number()
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
                field: `${prefix}.items`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sizeBytes`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.holds`,
                value: reader.bool()
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

  export interface IdItemsFieldEvent {
    field: '$.items'
    value: number
  }

  export interface IdSizeBytesFieldEvent {
    field: '$.sizeBytes'
    value: number
  }

  export interface IdHoldsFieldEvent {
    field: '$.holds'
    value: boolean
  }

  export interface IdSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export function encode (obj: Partial<Id>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Id.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Id>): Id {
    return decodeMessage(buf, Id.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Id>): Generator<IdItemsFieldEvent | IdSizeBytesFieldEvent | IdHoldsFieldEvent | IdSequenceFieldEvent> {
    return streamMessage(buf, Id.codec(), opts)
  }
}

export interface GetPeers {
  previous: number
  next: number
  digest: Uint8Array<ArrayBuffer>
}

export namespace GetPeers {
  let _codec: Codec<GetPeers>

  export const codec = (): Codec<GetPeers> => {
    if (_codec == null) {
      _codec = message<GetPeers>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.previous != null && obj.previous !== 0)) {
          w.uint32(8)
          w.uint32(obj.previous)
        }

        if ((obj.next != null && obj.next !== 0)) {
          w.uint32(16)
          w.uint32(obj.next)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.digest)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          previous: 0,
          next: 0,
          digest: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.previous = reader.uint32()
              break
            }
            case 2: {
              obj.next = reader.uint32()
              break
            }
            case 3: {
              obj.digest = reader.bytes()
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
                field: `${prefix}.previous`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.next`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.digest`,
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

  export interface GetPeersPreviousFieldEvent {
    field: '$.previous'
    value: number
  }

  export interface GetPeersNextFieldEvent {
    field: '$.next'
    value: number
  }

  export interface GetPeersDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<GetPeers>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GetPeers.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPeers>): GetPeers {
    return decodeMessage(buf, GetPeers.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPeers>): Generator<GetPeersPreviousFieldEvent | GetPeersNextFieldEvent | GetPeersDigestFieldEvent> {
    return streamMessage(buf, GetPeers.codec(), opts)
  }
}

export interface Peers {
  same: boolean
  previous: Peer[]
  next: Peer[]
}

export namespace Peers {
  let _codec: Codec<Peers>

  export const codec = (): Codec<Peers> => {
    if (_codec == null) {
      _codec = message<Peers>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.same != null && obj.same !== false)) {
          w.uint32(8)
          w.bool(obj.same)
        }

        if (obj.previous != null && obj.previous.length > 0) {
          for (const value of obj.previous) {
            w.uint32(18)
            Peer.codec().encode(value, w)
          }
        }

        if (obj.next != null && obj.next.length > 0) {
          for (const value of obj.next) {
            w.uint32(26)
            Peer.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          same: false,
          previous: [],
          next: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.same = reader.bool()
              break
            }
            case 2: {
              if (opts.limits?.previous != null && obj.previous.length === opts.limits.previous) {
                throw new MaxLengthError('Decode error - repeated field "previous" had too many elements')
              }

              if (obj.previous.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "previous" had too many elements')
              }

              obj.previous.push(Peer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.previous$
              }))
              break
            }
            case 3: {
              if (opts.limits?.next != null && obj.next.length === opts.limits.next) {
                throw new MaxLengthError('Decode error - repeated field "next" had too many elements')
              }

              if (obj.next.length === 8) {
                throw new MaxLengthError('Decode error - repeated field "next" had too many elements')
              }

              obj.next.push(Peer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.next$
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
          previous: 8,
          next: 8
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.same`,
                value: reader.bool()
              }
              break
            }
            case 2: {
              if (opts.limits?.previous != null && obj.previous === opts.limits.previous) {
                throw new MaxLengthError('Streaming decode error - repeated field "previous" had too many elements')
              }

              if (obj.previous === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "previous" had too many elements')
              }

              for (const evt of Peer.codec().stream(reader, reader.uint32(), `${prefix}.previous[]`, {
                limits: opts.limits?.previous$
              })) {
                yield {
                  ...evt,
                  index: obj.previous
                }
              }

              obj.previous++

              break
            }
            case 3: {
              if (opts.limits?.next != null && obj.next === opts.limits.next) {
                throw new MaxLengthError('Streaming decode error - repeated field "next" had too many elements')
              }

              if (obj.next === 8) {
                throw new MaxLengthError('Streaming decode error - repeated field "next" had too many elements')
              }

              for (const evt of Peer.codec().stream(reader, reader.uint32(), `${prefix}.next[]`, {
                limits: opts.limits?.next$
              })) {
                yield {
                  ...evt,
                  index: obj.next
                }
              }

              obj.next++

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

  export interface PeersSameFieldEvent {
    field: '$.same'
    value: boolean
  }

  export interface PeersPreviousKeyFieldEvent {
    field: '$.previous[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PeersPreviousRecordFieldEvent {
    field: '$.previous[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PeersNextKeyFieldEvent {
    field: '$.next[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface PeersNextRecordFieldEvent {
    field: '$.next[].record'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<Peers>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Peers.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peers>): Peers {
    return decodeMessage(buf, Peers.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peers>): Generator<PeersSameFieldEvent | PeersPreviousKeyFieldEvent | PeersPreviousRecordFieldEvent | PeersNextKeyFieldEvent | PeersNextRecordFieldEvent> {
    return streamMessage(buf, Peers.codec(), opts)
  }
}

export interface Peer {
  key: Uint8Array<ArrayBuffer>
  record: Uint8Array<ArrayBuffer>
}

export namespace Peer {
  let _codec: Codec<Peer>

  export const codec = (): Codec<Peer> => {
    if (_codec == null) {
      _codec = message<Peer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.record)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0),
          record: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
              break
            }
            case 2: {
              obj.record = reader.bytes()
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
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.record`,
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

  export interface PeerKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PeerRecordFieldEvent {
    field: '$.record'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Peer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Peer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peer>): Peer {
    return decodeMessage(buf, Peer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Peer>): Generator<PeerKeyFieldEvent | PeerRecordFieldEvent> {
    return streamMessage(buf, Peer.codec(), opts)
  }
}

export interface GetItems {
  after: Uint8Array<ArrayBuffer>
  previous: boolean
  limit: number
}

export namespace GetItems {
  let _codec: Codec<GetItems>

  export const codec = (): Codec<GetItems> => {
    if (_codec == null) {
      _codec = message<GetItems>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.after != null && obj.after.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.after)
        }

        if ((obj.previous != null && obj.previous !== false)) {
          w.uint32(16)
          w.bool(obj.previous)
        }

        if ((obj.limit != null && obj.limit !== 0)) {
          w.uint32(24)
          w.uint32(obj.limit)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          after: uint8ArrayAlloc(0),
          previous: false,
          limit: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.after = reader.bytes()
              break
            }
            case 2: {
              obj.previous = reader.bool()
              break
            }
            case 3: {
              obj.limit = reader.uint32()
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
                field: `${prefix}.after`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.previous`,
                value: reader.bool()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.limit`,
                value: reader.uint32()
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

  export interface GetItemsAfterFieldEvent {
    field: '$.after'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GetItemsPreviousFieldEvent {
    field: '$.previous'
    value: boolean
  }

  export interface GetItemsLimitFieldEvent {
    field: '$.limit'
    value: number
  }

  export function encode (obj: Partial<GetItems>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GetItems.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetItems>): GetItems {
    return decodeMessage(buf, GetItems.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetItems>): Generator<GetItemsAfterFieldEvent | GetItemsPreviousFieldEvent | GetItemsLimitFieldEvent> {
    return streamMessage(buf, GetItems.codec(), opts)
  }
}

export interface Items {
  items: Listed[]
}

export namespace Items {
  let _codec: Codec<Items>

  export const codec = (): Codec<Items> => {
    if (_codec == null) {
      _codec = message<Items>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.items != null && obj.items.length > 0) {
          for (const value of obj.items) {
            w.uint32(10)
            Listed.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          items: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              if (obj.items.length === 128) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              obj.items.push(Listed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items$
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
          items: 128
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.items != null && obj.items === opts.limits.items) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              if (obj.items === 128) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              for (const evt of Listed.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                limits: opts.limits?.items$
              })) {
                yield {
                  ...evt,
                  index: obj.items
                }
              }

              obj.items++

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

  export interface ItemsItemsKeyFieldEvent {
    field: '$.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface ItemsItemsSequenceFieldEvent {
    field: '$.items[].sequence'
    value: number
    index: number
  }

  export interface ItemsItemsSizeBytesFieldEvent {
    field: '$.items[].sizeBytes'
    value: number
    index: number
  }

  export function encode (obj: Partial<Items>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Items.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Items>): Items {
    return decodeMessage(buf, Items.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Items>): Generator<ItemsItemsKeyFieldEvent | ItemsItemsSequenceFieldEvent | ItemsItemsSizeBytesFieldEvent> {
    return streamMessage(buf, Items.codec(), opts)
  }
}

export interface Listed {
  key: Uint8Array<ArrayBuffer>
  sequence: number
  sizeBytes: number
}

export namespace Listed {
  let _codec: Codec<Listed>

  export const codec = (): Codec<Listed> => {
    if (_codec == null) {
      _codec = message<Listed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if ((obj.sizeBytes != null && obj.sizeBytes !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sizeBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0),
          sequence: 0,
          sizeBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
              break
            }
            case 2: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.sizeBytes = reader.uint64Number()
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
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.sizeBytes`,
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

  export interface ListedKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ListedSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface ListedSizeBytesFieldEvent {
    field: '$.sizeBytes'
    value: number
  }

  export function encode (obj: Partial<Listed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Listed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Listed>): Listed {
    return decodeMessage(buf, Listed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Listed>): Generator<ListedKeyFieldEvent | ListedSequenceFieldEvent | ListedSizeBytesFieldEvent> {
    return streamMessage(buf, Listed.codec(), opts)
  }
}

export interface GetItem {
  key: Uint8Array<ArrayBuffer>
}

export namespace GetItem {
  let _codec: Codec<GetItem>

  export const codec = (): Codec<GetItem> => {
    if (_codec == null) {
      _codec = message<GetItem>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
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
                field: `${prefix}.key`,
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

  export interface GetItemKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<GetItem>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GetItem.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetItem>): GetItem {
    return decodeMessage(buf, GetItem.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetItem>): Generator<GetItemKeyFieldEvent> {
    return streamMessage(buf, GetItem.codec(), opts)
  }
}

export interface Found {
  item?: Item
}

export namespace Found {
  let _codec: Codec<Found>

  export const codec = (): Codec<Found> => {
    if (_codec == null) {
      _codec = message<Found>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.item != null) {
          w.uint32(10)
          Item.codec().encode(obj.item, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.item = Item.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.item
              })
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
              yield * Item.codec().stream(reader, reader.uint32(), `${prefix}.item`, {
                limits: opts.limits?.item
              })

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

  export interface FoundItemValueFieldEvent {
    field: '$.item.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FoundItemAuthorFieldEvent {
    field: '$.item.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FoundItemNameFieldEvent {
    field: '$.item.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FoundItemSequenceFieldEvent {
    field: '$.item.sequence'
    value: number
  }

  export interface FoundItemSignatureFieldEvent {
    field: '$.item.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FoundItemTtlSecondsFieldEvent {
    field: '$.item.ttlSeconds'
    value: number
  }

  export interface FoundItemCopiesFieldEvent {
    field: '$.item.copies'
    value: number
  }

  export function encode (obj: Partial<Found>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Found.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Found>): Found {
    return decodeMessage(buf, Found.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Found>): Generator<FoundItemValueFieldEvent | FoundItemAuthorFieldEvent | FoundItemNameFieldEvent | FoundItemSequenceFieldEvent | FoundItemSignatureFieldEvent | FoundItemTtlSecondsFieldEvent | FoundItemCopiesFieldEvent> {
    return streamMessage(buf, Found.codec(), opts)
  }
}

export interface Item {
  value: Uint8Array<ArrayBuffer>
  author: Uint8Array<ArrayBuffer>
  name: Uint8Array<ArrayBuffer>
  sequence: number
  signature: Uint8Array<ArrayBuffer>
  ttlSeconds: number
  copies: number
}

export namespace Item {
  let _codec: Codec<Item>

  export const codec = (): Codec<Item> => {
    if (_codec == null) {
      _codec = message<Item>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.value != null && obj.value.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.value)
        }

        if ((obj.author != null && obj.author.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.author)
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.name)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.sequence)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.signature)
        }

        if ((obj.ttlSeconds != null && obj.ttlSeconds !== 0)) {
          w.uint32(48)
          w.uint32(obj.ttlSeconds)
        }

        if ((obj.copies != null && obj.copies !== 0)) {
          w.uint32(56)
          w.uint32(obj.copies)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          value: uint8ArrayAlloc(0),
          author: uint8ArrayAlloc(0),
          name: uint8ArrayAlloc(0),
          sequence: 0,
          signature: uint8ArrayAlloc(0),
          ttlSeconds: 0,
          copies: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.value = reader.bytes()
              break
            }
            case 2: {
              obj.author = reader.bytes()
              break
            }
            case 3: {
              obj.name = reader.bytes()
              break
            }
            case 4: {
              obj.sequence = reader.uint64Number()
              break
            }
            case 5: {
              obj.signature = reader.bytes()
              break
            }
            case 6: {
              obj.ttlSeconds = reader.uint32()
              break
            }
            case 7: {
              obj.copies = reader.uint32()
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
                field: `${prefix}.value`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.author`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.name`,
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
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.ttlSeconds`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.copies`,
                value: reader.uint32()
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

  export interface ItemValueFieldEvent {
    field: '$.value'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ItemAuthorFieldEvent {
    field: '$.author'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ItemNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ItemSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface ItemSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ItemTtlSecondsFieldEvent {
    field: '$.ttlSeconds'
    value: number
  }

  export interface ItemCopiesFieldEvent {
    field: '$.copies'
    value: number
  }

  export function encode (obj: Partial<Item>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Item.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Item>): Item {
    return decodeMessage(buf, Item.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Item>): Generator<ItemValueFieldEvent | ItemAuthorFieldEvent | ItemNameFieldEvent | ItemSequenceFieldEvent | ItemSignatureFieldEvent | ItemTtlSecondsFieldEvent | ItemCopiesFieldEvent> {
    return streamMessage(buf, Item.codec(), opts)
  }
}

export interface Stored {
  outcome: number
  sequence: number
}

export namespace Stored {
  let _codec: Codec<Stored>

  export const codec = (): Codec<Stored> => {
    if (_codec == null) {
      _codec = message<Stored>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.outcome != null && obj.outcome !== 0)) {
          w.uint32(8)
          w.uint32(obj.outcome)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          outcome: 0,
          sequence: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.outcome = reader.uint32()
              break
            }
            case 2: {
              obj.sequence = reader.uint64Number()
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
                field: `${prefix}.outcome`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.sequence`,
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

  export interface StoredOutcomeFieldEvent {
    field: '$.outcome'
    value: number
  }

  export interface StoredSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export function encode (obj: Partial<Stored>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Stored.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stored>): Stored {
    return decodeMessage(buf, Stored.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stored>): Generator<StoredOutcomeFieldEvent | StoredSequenceFieldEvent> {
    return streamMessage(buf, Stored.codec(), opts)
  }
}

export interface Offer {
  items: Listed[]
  copy: number
}

export namespace Offer {
  let _codec: Codec<Offer>

  export const codec = (): Codec<Offer> => {
    if (_codec == null) {
      _codec = message<Offer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.items != null && obj.items.length > 0) {
          for (const value of obj.items) {
            w.uint32(10)
            Listed.codec().encode(value, w)
          }
        }

        if ((obj.copy != null && obj.copy !== 0)) {
          w.uint32(16)
          w.uint32(obj.copy)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          items: [],
          copy: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              if (obj.items.length === 128) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              obj.items.push(Listed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items$
              }))
              break
            }
            case 2: {
              obj.copy = reader.uint32()
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
          items: 128
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.items != null && obj.items === opts.limits.items) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              if (obj.items === 128) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              for (const evt of Listed.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                limits: opts.limits?.items$
              })) {
                yield {
                  ...evt,
                  index: obj.items
                }
              }

              obj.items++

              break
            }
            case 2: {
              yield {
                field: `${prefix}.copy`,
                value: reader.uint32()
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

  export interface OfferItemsKeyFieldEvent {
    field: '$.items[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OfferItemsSequenceFieldEvent {
    field: '$.items[].sequence'
    value: number
    index: number
  }

  export interface OfferItemsSizeBytesFieldEvent {
    field: '$.items[].sizeBytes'
    value: number
    index: number
  }

  export interface OfferCopyFieldEvent {
    field: '$.copy'
    value: number
  }

  export function encode (obj: Partial<Offer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Offer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer {
    return decodeMessage(buf, Offer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferItemsKeyFieldEvent | OfferItemsSequenceFieldEvent | OfferItemsSizeBytesFieldEvent | OfferCopyFieldEvent> {
    return streamMessage(buf, Offer.codec(), opts)
  }
}

export interface Wanted {
  answered: number
  lacking: Uint8Array<ArrayBuffer>
}

export namespace Wanted {
  let _codec: Codec<Wanted>

  export const codec = (): Codec<Wanted> => {
    if (_codec == null) {
      _codec = message<Wanted>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.answered != null && obj.answered !== 0)) {
          w.uint32(8)
          w.uint32(obj.answered)
        }

        if ((obj.lacking != null && obj.lacking.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.lacking)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          answered: 0,
          lacking: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.answered = reader.uint32()
              break
            }
            case 2: {
              obj.lacking = reader.bytes()
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
                field: `${prefix}.answered`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.lacking`,
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

  export interface WantedAnsweredFieldEvent {
    field: '$.answered'
    value: number
  }

  export interface WantedLackingFieldEvent {
    field: '$.lacking'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Wanted>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Wanted.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wanted>): Wanted {
    return decodeMessage(buf, Wanted.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wanted>): Generator<WantedAnsweredFieldEvent | WantedLackingFieldEvent> {
    return streamMessage(buf, Wanted.codec(), opts)
  }
}

export interface Greeting {
  payload: Uint8Array<ArrayBuffer>
  record: Uint8Array<ArrayBuffer>
}

export namespace Greeting {
  let _codec: Codec<Greeting>

  export const codec = (): Codec<Greeting> => {
    if (_codec == null) {
      _codec = message<Greeting>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.payload != null && obj.payload.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.payload)
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.record)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          payload: uint8ArrayAlloc(0),
          record: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.payload = reader.bytes()
              break
            }
            case 2: {
              obj.record = reader.bytes()
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
                field: `${prefix}.payload`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.record`,
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

  export interface GreetingPayloadFieldEvent {
    field: '$.payload'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GreetingRecordFieldEvent {
    field: '$.record'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Greeting>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Greeting.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Greeting>): Greeting {
    return decodeMessage(buf, Greeting.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Greeting>): Generator<GreetingPayloadFieldEvent | GreetingRecordFieldEvent> {
    return streamMessage(buf, Greeting.codec(), opts)
  }
}

export interface Slice {
  slice: number
  open?: SliceOpen
  symbols?: SliceSymbols
  more?: SliceMore
  want?: SliceWant
  items?: SliceItems
  taken?: SliceTaken
  end?: SliceEnd
  changed?: SliceChanged
}

export namespace Slice {
  let _codec: Codec<Slice>

  export const codec = (): Codec<Slice> => {
    if (_codec == null) {
      _codec = message<Slice>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.slice != null && obj.slice !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.slice)
        }

        if (obj.open != null) {
          w.uint32(18)
          SliceOpen.codec().encode(obj.open, w)
        }

        if (obj.symbols != null) {
          w.uint32(26)
          SliceSymbols.codec().encode(obj.symbols, w)
        }

        if (obj.more != null) {
          w.uint32(34)
          SliceMore.codec().encode(obj.more, w)
        }

        if (obj.want != null) {
          w.uint32(42)
          SliceWant.codec().encode(obj.want, w)
        }

        if (obj.items != null) {
          w.uint32(50)
          SliceItems.codec().encode(obj.items, w)
        }

        if (obj.taken != null) {
          w.uint32(58)
          SliceTaken.codec().encode(obj.taken, w)
        }

        if (obj.end != null) {
          w.uint32(66)
          SliceEnd.codec().encode(obj.end, w)
        }

        if (obj.changed != null) {
          w.uint32(74)
          SliceChanged.codec().encode(obj.changed, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          slice: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.slice = reader.uint64Number()
              break
            }
            case 2: {
              obj.open = SliceOpen.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.open
              })
              break
            }
            case 3: {
              obj.symbols = SliceSymbols.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.symbols
              })
              break
            }
            case 4: {
              obj.more = SliceMore.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.more
              })
              break
            }
            case 5: {
              obj.want = SliceWant.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.want
              })
              break
            }
            case 6: {
              obj.items = SliceItems.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.items
              })
              break
            }
            case 7: {
              obj.taken = SliceTaken.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.taken
              })
              break
            }
            case 8: {
              obj.end = SliceEnd.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.end
              })
              break
            }
            case 9: {
              obj.changed = SliceChanged.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.changed
              })
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
                field: `${prefix}.slice`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield * SliceOpen.codec().stream(reader, reader.uint32(), `${prefix}.open`, {
                limits: opts.limits?.open
              })

              break
            }
            case 3: {
              yield * SliceSymbols.codec().stream(reader, reader.uint32(), `${prefix}.symbols`, {
                limits: opts.limits?.symbols
              })

              break
            }
            case 4: {
              yield * SliceMore.codec().stream(reader, reader.uint32(), `${prefix}.more`, {
                limits: opts.limits?.more
              })

              break
            }
            case 5: {
              yield * SliceWant.codec().stream(reader, reader.uint32(), `${prefix}.want`, {
                limits: opts.limits?.want
              })

              break
            }
            case 6: {
              yield * SliceItems.codec().stream(reader, reader.uint32(), `${prefix}.items`, {
                limits: opts.limits?.items
              })

              break
            }
            case 7: {
              yield * SliceTaken.codec().stream(reader, reader.uint32(), `${prefix}.taken`, {
                limits: opts.limits?.taken
              })

              break
            }
            case 8: {
              yield * SliceEnd.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                limits: opts.limits?.end
              })

              break
            }
            case 9: {
              yield * SliceChanged.codec().stream(reader, reader.uint32(), `${prefix}.changed`, {
                limits: opts.limits?.changed
              })

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

  export interface SliceSliceFieldEvent {
    field: '$.slice'
    value: number
  }

  export interface SliceOpenFromFieldEvent {
    field: '$.open.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenToFieldEvent {
    field: '$.open.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenNonceFieldEvent {
    field: '$.open.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenAnswererNonceFieldEvent {
    field: '$.open.answererNonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenEndFieldEvent {
    field: '$.open.end'
    value: number
  }

  export interface SliceSymbolsNonceFieldEvent {
    field: '$.symbols.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceSymbolsFirstFieldEvent {
    field: '$.symbols.first'
    value: number
  }

  export interface SliceSymbolsSymbolsFieldEvent {
    field: '$.symbols.symbols'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceMoreEndFieldEvent {
    field: '$.more.end'
    value: number
  }

  export interface SliceWantChecksumsFieldEvent {
    field: '$.want.checksums'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceItemsOpenerFieldEvent {
    field: '$.items.opener'
    value: boolean
  }

  export interface SliceItemsItemsFieldEvent {
    field: '$.items.items[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceTakenKeptFieldEvent {
    field: '$.taken.kept'
    value: number
  }

  export interface SliceEndOpenerFieldEvent {
    field: '$.end.opener'
    value: boolean
  }

  export interface SliceEndRefusedFieldEvent {
    field: '$.end.refused'
    value: boolean
  }

  export function encode (obj: Partial<Slice>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Slice.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Slice>): Slice {
    return decodeMessage(buf, Slice.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Slice>): Generator<SliceSliceFieldEvent | SliceOpenFromFieldEvent | SliceOpenToFieldEvent | SliceOpenNonceFieldEvent | SliceOpenAnswererNonceFieldEvent | SliceOpenEndFieldEvent | SliceSymbolsNonceFieldEvent | SliceSymbolsFirstFieldEvent | SliceSymbolsSymbolsFieldEvent | SliceMoreEndFieldEvent | SliceWantChecksumsFieldEvent | SliceItemsOpenerFieldEvent | SliceItemsItemsFieldEvent | SliceTakenKeptFieldEvent | SliceEndOpenerFieldEvent | SliceEndRefusedFieldEvent> {
    return streamMessage(buf, Slice.codec(), opts)
  }
}

export interface SliceOpen {
  from: Uint8Array<ArrayBuffer>
  to: Uint8Array<ArrayBuffer>
  nonce: Uint8Array<ArrayBuffer>
  answererNonce: Uint8Array<ArrayBuffer>
  end: number
}

export namespace SliceOpen {
  let _codec: Codec<SliceOpen>

  export const codec = (): Codec<SliceOpen> => {
    if (_codec == null) {
      _codec = message<SliceOpen>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.from != null && obj.from.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.from)
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.to)
        }

        if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.nonce)
        }

        if ((obj.answererNonce != null && obj.answererNonce.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.answererNonce)
        }

        if ((obj.end != null && obj.end !== 0)) {
          w.uint32(40)
          w.uint32(obj.end)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          from: uint8ArrayAlloc(0),
          to: uint8ArrayAlloc(0),
          nonce: uint8ArrayAlloc(0),
          answererNonce: uint8ArrayAlloc(0),
          end: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.from = reader.bytes()
              break
            }
            case 2: {
              obj.to = reader.bytes()
              break
            }
            case 3: {
              obj.nonce = reader.bytes()
              break
            }
            case 4: {
              obj.answererNonce = reader.bytes()
              break
            }
            case 5: {
              obj.end = reader.uint32()
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
                field: `${prefix}.from`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.to`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.nonce`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.answererNonce`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.end`,
                value: reader.uint32()
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

  export interface SliceOpenFromFieldEvent {
    field: '$.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenNonceFieldEvent {
    field: '$.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenAnswererNonceFieldEvent {
    field: '$.answererNonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceOpenEndFieldEvent {
    field: '$.end'
    value: number
  }

  export function encode (obj: Partial<SliceOpen>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceOpen.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceOpen>): SliceOpen {
    return decodeMessage(buf, SliceOpen.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceOpen>): Generator<SliceOpenFromFieldEvent | SliceOpenToFieldEvent | SliceOpenNonceFieldEvent | SliceOpenAnswererNonceFieldEvent | SliceOpenEndFieldEvent> {
    return streamMessage(buf, SliceOpen.codec(), opts)
  }
}

export interface SliceSymbols {
  nonce: Uint8Array<ArrayBuffer>
  first: number
  symbols: Uint8Array<ArrayBuffer>
}

export namespace SliceSymbols {
  let _codec: Codec<SliceSymbols>

  export const codec = (): Codec<SliceSymbols> => {
    if (_codec == null) {
      _codec = message<SliceSymbols>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.nonce)
        }

        if ((obj.first != null && obj.first !== 0)) {
          w.uint32(16)
          w.uint32(obj.first)
        }

        if ((obj.symbols != null && obj.symbols.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.symbols)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          nonce: uint8ArrayAlloc(0),
          first: 0,
          symbols: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.nonce = reader.bytes()
              break
            }
            case 2: {
              obj.first = reader.uint32()
              break
            }
            case 3: {
              obj.symbols = reader.bytes()
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
                field: `${prefix}.nonce`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.first`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.symbols`,
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

  export interface SliceSymbolsNonceFieldEvent {
    field: '$.nonce'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SliceSymbolsFirstFieldEvent {
    field: '$.first'
    value: number
  }

  export interface SliceSymbolsSymbolsFieldEvent {
    field: '$.symbols'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SliceSymbols>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceSymbols.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceSymbols>): SliceSymbols {
    return decodeMessage(buf, SliceSymbols.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceSymbols>): Generator<SliceSymbolsNonceFieldEvent | SliceSymbolsFirstFieldEvent | SliceSymbolsSymbolsFieldEvent> {
    return streamMessage(buf, SliceSymbols.codec(), opts)
  }
}

export interface SliceMore {
  end: number
}

export namespace SliceMore {
  let _codec: Codec<SliceMore>

  export const codec = (): Codec<SliceMore> => {
    if (_codec == null) {
      _codec = message<SliceMore>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.end != null && obj.end !== 0)) {
          w.uint32(8)
          w.uint32(obj.end)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          end: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.end = reader.uint32()
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
                field: `${prefix}.end`,
                value: reader.uint32()
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

  export interface SliceMoreEndFieldEvent {
    field: '$.end'
    value: number
  }

  export function encode (obj: Partial<SliceMore>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceMore.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceMore>): SliceMore {
    return decodeMessage(buf, SliceMore.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceMore>): Generator<SliceMoreEndFieldEvent> {
    return streamMessage(buf, SliceMore.codec(), opts)
  }
}

export interface SliceWant {
  checksums: Uint8Array<ArrayBuffer>
}

export namespace SliceWant {
  let _codec: Codec<SliceWant>

  export const codec = (): Codec<SliceWant> => {
    if (_codec == null) {
      _codec = message<SliceWant>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.checksums != null && obj.checksums.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.checksums)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          checksums: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.checksums = reader.bytes()
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
                field: `${prefix}.checksums`,
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

  export interface SliceWantChecksumsFieldEvent {
    field: '$.checksums'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SliceWant>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceWant.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceWant>): SliceWant {
    return decodeMessage(buf, SliceWant.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceWant>): Generator<SliceWantChecksumsFieldEvent> {
    return streamMessage(buf, SliceWant.codec(), opts)
  }
}

export interface SliceItems {
  opener: boolean
  items: Uint8Array<ArrayBuffer>[]
}

export namespace SliceItems {
  let _codec: Codec<SliceItems>

  export const codec = (): Codec<SliceItems> => {
    if (_codec == null) {
      _codec = message<SliceItems>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.opener != null && obj.opener !== false)) {
          w.uint32(8)
          w.bool(obj.opener)
        }

        if (obj.items != null && obj.items.length > 0) {
          for (const value of obj.items) {
            w.uint32(18)
            w.bytes(value)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          opener: false,
          items: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.opener = reader.bool()
              break
            }
            case 2: {
              if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              if (obj.items.length === 128) {
                throw new MaxLengthError('Decode error - repeated field "items" had too many elements')
              }

              obj.items.push(reader.bytes())
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
          items: 128
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.opener`,
                value: reader.bool()
              }
              break
            }
            case 2: {
              if (opts.limits?.items != null && obj.items === opts.limits.items) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              if (obj.items === 128) {
                throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements')
              }

              yield {
                field: `${prefix}.items[]`,
                index: obj.items,
                value: reader.bytes()
              }

              obj.items++

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

  export interface SliceItemsOpenerFieldEvent {
    field: '$.opener'
    value: boolean
  }

  export interface SliceItemsItemsFieldEvent {
    field: '$.items[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SliceItems>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceItems.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceItems>): SliceItems {
    return decodeMessage(buf, SliceItems.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceItems>): Generator<SliceItemsOpenerFieldEvent | SliceItemsItemsFieldEvent> {
    return streamMessage(buf, SliceItems.codec(), opts)
  }
}

export interface SliceTaken {
  kept: number
}

export namespace SliceTaken {
  let _codec: Codec<SliceTaken>

  export const codec = (): Codec<SliceTaken> => {
    if (_codec == null) {
      _codec = message<SliceTaken>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.kept != null && obj.kept !== 0)) {
          w.uint32(8)
          w.uint32(obj.kept)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          kept: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.kept = reader.uint32()
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
                field: `${prefix}.kept`,
                value: reader.uint32()
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

  export interface SliceTakenKeptFieldEvent {
    field: '$.kept'
    value: number
  }

  export function encode (obj: Partial<SliceTaken>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceTaken.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceTaken>): SliceTaken {
    return decodeMessage(buf, SliceTaken.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceTaken>): Generator<SliceTakenKeptFieldEvent> {
    return streamMessage(buf, SliceTaken.codec(), opts)
  }
}

export interface SliceEnd {
  opener: boolean
  refused: boolean
}

export namespace SliceEnd {
  let _codec: Codec<SliceEnd>

  export const codec = (): Codec<SliceEnd> => {
    if (_codec == null) {
      _codec = message<SliceEnd>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.opener != null && obj.opener !== false)) {
          w.uint32(8)
          w.bool(obj.opener)
        }

        if ((obj.refused != null && obj.refused !== false)) {
          w.uint32(16)
          w.bool(obj.refused)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          opener: false,
          refused: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.opener = reader.bool()
              break
            }
            case 2: {
              obj.refused = reader.bool()
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
                field: `${prefix}.opener`,
                value: reader.bool()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.refused`,
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

  export interface SliceEndOpenerFieldEvent {
    field: '$.opener'
    value: boolean
  }

  export interface SliceEndRefusedFieldEvent {
    field: '$.refused'
    value: boolean
  }

  export function encode (obj: Partial<SliceEnd>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceEnd.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceEnd>): SliceEnd {
    return decodeMessage(buf, SliceEnd.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceEnd>): Generator<SliceEndOpenerFieldEvent | SliceEndRefusedFieldEvent> {
    return streamMessage(buf, SliceEnd.codec(), opts)
  }
}

export interface SliceChanged {}

export namespace SliceChanged {
  let _codec: Codec<SliceChanged>

  export const codec = (): Codec<SliceChanged> => {
    if (_codec == null) {
      _codec = message<SliceChanged>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
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

  export function encode (obj: Partial<SliceChanged>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SliceChanged.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceChanged>): SliceChanged {
    return decodeMessage(buf, SliceChanged.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SliceChanged>): Generator<{}> {
    return streamMessage(buf, SliceChanged.codec(), opts)
  }
}

export const RingFrameForm = {
  "1": {
    "1": "uint64",
    "2": "bytes",
    "3": "uint32",
    "4": "bool",
    "5": "bytes",
    "6": {
      "1": "bytes"
    },
    "7": {
      "1": "uint32",
      "2": "uint32",
      "3": "bytes"
    },
    "8": {
      "1": "bytes",
      "2": "bool",
      "3": "uint32"
    },
    "9": {
      "1": "bytes"
    },
    "10": {
      "1": "bytes",
      "2": "bytes",
      "3": "bytes",
      "4": "uint64",
      "5": "bytes",
      "6": "uint32",
      "7": "uint32"
    },
    "11": {
      "1": {
        "1": "bytes",
        "2": "uint64",
        "3": "uint64"
      },
      "2": "uint32"
    },
    "12": {
      "1": "bytes",
      "2": "bytes"
    }
  },
  "2": {
    "1": "uint64",
    "2": "bytes",
    "3": "bytes",
    "4": "uint32",
    "6": {
      "1": "uint64",
      "2": "uint64",
      "3": "bool",
      "4": "uint64"
    },
    "7": {
      "1": "bool",
      "2": {
        "1": "bytes",
        "2": "bytes"
      },
      "3": {
        "1": "bytes",
        "2": "bytes"
      }
    },
    "8": {
      "1": {
        "1": "bytes",
        "2": "uint64",
        "3": "uint64"
      }
    },
    "9": {
      "1": {
        "1": "bytes",
        "2": "bytes",
        "3": "bytes",
        "4": "uint64",
        "5": "bytes",
        "6": "uint32",
        "7": "uint32"
      }
    },
    "10": {
      "1": "uint32",
      "2": "uint64"
    },
    "11": {
      "1": "uint32",
      "2": "bytes"
    },
    "12": {
      "1": "bytes",
      "2": "bytes"
    }
  },
  "3": {
    "1": "uint64"
  },
  "4": {
    "1": "uint64",
    "2": {
      "1": "bytes",
      "2": "bytes",
      "3": "bytes",
      "4": "bytes",
      "5": "uint32"
    },
    "3": {
      "1": "bytes",
      "2": "uint32",
      "3": "bytes"
    },
    "4": {
      "1": "uint32"
    },
    "5": {
      "1": "bytes"
    },
    "6": {
      "1": "bool",
      "2": "bytes"
    },
    "7": {
      "1": "uint32"
    },
    "8": {
      "1": "bool",
      "2": "bool"
    },
    "9": {}
  }
} as const
