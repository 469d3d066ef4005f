import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface NearbyFrame {
  ask?: Ask
  offers?: Offers
}

export namespace NearbyFrame {
  let _codec: Codec<NearbyFrame>

  export const codec = (): Codec<NearbyFrame> => {
    if (_codec == null) {
      _codec = message<NearbyFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ask != null) {
          w.uint32(10)
          Ask.codec().encode(obj.ask, w)
        }

        if (obj.offers != null) {
          w.uint32(18)
          Offers.codec().encode(obj.offers, w)
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
              obj.ask = Ask.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ask
              })
              break
            }
            case 2: {
              obj.offers = Offers.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.offers
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
              yield * Ask.codec().stream(reader, reader.uint32(), `${prefix}.ask`, {
                limits: opts.limits?.ask
              })

              break
            }
            case 2: {
              yield * Offers.codec().stream(reader, reader.uint32(), `${prefix}.offers`, {
                limits: opts.limits?.offers
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

  export interface NearbyFrameAskSerialFieldEvent {
    field: '$.ask.serial'
    value: number
  }

  export interface NearbyFrameOffersSerialFieldEvent {
    field: '$.offers.serial'
    value: number
  }

  export interface NearbyFrameOffersFromFieldEvent {
    field: '$.offers.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface NearbyFrameOffersOffersRoomFieldEvent {
    field: '$.offers.offers[].room'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NearbyFrameOffersOffersNameFieldEvent {
    field: '$.offers.offers[].name'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NearbyFrameOffersOffersAppFieldEvent {
    field: '$.offers.offers[].app'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NearbyFrameOffersOffersAccessFieldEvent {
    field: '$.offers.offers[].access'
    value: number
    index: number
  }

  export interface NearbyFrameOffersOffersSeedFieldEvent {
    field: '$.offers.offers[].seed'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface NearbyFrameOffersOffersActFieldEvent {
    field: '$.offers.offers[].act'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<NearbyFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, NearbyFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NearbyFrame>): NearbyFrame {
    return decodeMessage(buf, NearbyFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NearbyFrame>): Generator<NearbyFrameAskSerialFieldEvent | NearbyFrameOffersSerialFieldEvent | NearbyFrameOffersFromFieldEvent | NearbyFrameOffersOffersRoomFieldEvent | NearbyFrameOffersOffersNameFieldEvent | NearbyFrameOffersOffersAppFieldEvent | NearbyFrameOffersOffersAccessFieldEvent | NearbyFrameOffersOffersSeedFieldEvent | NearbyFrameOffersOffersActFieldEvent> {
    return streamMessage(buf, NearbyFrame.codec(), opts)
  }
}

export interface Ask {
  serial: number
}

export namespace Ask {
  let _codec: Codec<Ask>

  export const codec = (): Codec<Ask> => {
    if (_codec == null) {
      _codec = message<Ask>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
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

  export interface AskSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export function encode (obj: Partial<Ask>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ask.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ask>): Ask {
    return decodeMessage(buf, Ask.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ask>): Generator<AskSerialFieldEvent> {
    return streamMessage(buf, Ask.codec(), opts)
  }
}

export interface Offers {
  serial: number
  from: Uint8Array<ArrayBuffer>
  offers: Offer[]
}

export namespace Offers {
  let _codec: Codec<Offers>

  export const codec = (): Codec<Offers> => {
    if (_codec == null) {
      _codec = message<Offers>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if ((obj.from != null && obj.from.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.from)
        }

        if (obj.offers != null && obj.offers.length > 0) {
          for (const value of obj.offers) {
            w.uint32(26)
            Offer.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0,
          from: uint8ArrayAlloc(0),
          offers: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.serial = reader.uint64Number()
              break
            }
            case 2: {
              obj.from = reader.bytes()
              break
            }
            case 3: {
              if (opts.limits?.offers != null && obj.offers.length === opts.limits.offers) {
                throw new MaxLengthError('Decode error - repeated field "offers" had too many elements')
              }

              if (obj.offers.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "offers" had too many elements')
              }

              obj.offers.push(Offer.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.offers$
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
          offers: 32
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.serial`,
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
              if (opts.limits?.offers != null && obj.offers === opts.limits.offers) {
                throw new MaxLengthError('Streaming decode error - repeated field "offers" had too many elements')
              }

              if (obj.offers === 32) {
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

  export interface OffersSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface OffersFromFieldEvent {
    field: '$.from'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OffersOffersRoomFieldEvent {
    field: '$.offers[].room'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OffersOffersNameFieldEvent {
    field: '$.offers[].name'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OffersOffersAppFieldEvent {
    field: '$.offers[].app'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OffersOffersAccessFieldEvent {
    field: '$.offers[].access'
    value: number
    index: number
  }

  export interface OffersOffersSeedFieldEvent {
    field: '$.offers[].seed'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface OffersOffersActFieldEvent {
    field: '$.offers[].act'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<Offers>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Offers.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offers>): Offers {
    return decodeMessage(buf, Offers.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offers>): Generator<OffersSerialFieldEvent | OffersFromFieldEvent | OffersOffersRoomFieldEvent | OffersOffersNameFieldEvent | OffersOffersAppFieldEvent | OffersOffersAccessFieldEvent | OffersOffersSeedFieldEvent | OffersOffersActFieldEvent> {
    return streamMessage(buf, Offers.codec(), opts)
  }
}

export interface Offer {
  room: Uint8Array<ArrayBuffer>
  name: Uint8Array<ArrayBuffer>
  app: Uint8Array<ArrayBuffer>
  access: number
  seed: Uint8Array<ArrayBuffer>
  act: Uint8Array<ArrayBuffer>
}

export namespace Offer {
  let _codec: Codec<Offer>

  export const codec = (): Codec<Offer> => {
    if (_codec == null) {
      _codec = message<Offer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.room != null && obj.room.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.room)
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.name)
        }

        if ((obj.app != null && obj.app.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.app)
        }

        if ((obj.access != null && obj.access !== 0)) {
          w.uint32(32)
          w.uint32(obj.access)
        }

        if ((obj.seed != null && obj.seed.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.seed)
        }

        if ((obj.act != null && obj.act.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.act)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          room: uint8ArrayAlloc(0),
          name: uint8ArrayAlloc(0),
          app: uint8ArrayAlloc(0),
          access: 0,
          seed: uint8ArrayAlloc(0),
          act: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.room = reader.bytes()
              break
            }
            case 2: {
              obj.name = reader.bytes()
              break
            }
            case 3: {
              obj.app = reader.bytes()
              break
            }
            case 4: {
              obj.access = reader.uint32()
              break
            }
            case 5: {
              obj.seed = reader.bytes()
              break
            }
            case 6: {
              obj.act = reader.bytes()
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
                field: `${prefix}.room`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.name`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.app`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.access`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.seed`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.act`,
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

  export interface OfferRoomFieldEvent {
    field: '$.room'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferAppFieldEvent {
    field: '$.app'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferAccessFieldEvent {
    field: '$.access'
    value: number
  }

  export interface OfferSeedFieldEvent {
    field: '$.seed'
    value: Uint8Array<ArrayBuffer>
  }

  export interface OfferActFieldEvent {
    field: '$.act'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Offer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Offer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer {
    return decodeMessage(buf, Offer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferRoomFieldEvent | OfferNameFieldEvent | OfferAppFieldEvent | OfferAccessFieldEvent | OfferSeedFieldEvent | OfferActFieldEvent> {
    return streamMessage(buf, Offer.codec(), opts)
  }
}

export const NearbyFrameForm = {
  "1": {
    "1": "uint64"
  },
  "2": {
    "1": "uint64",
    "2": "bytes",
    "3": {
      "1": "bytes",
      "2": "bytes",
      "3": "bytes",
      "4": "uint32",
      "5": "bytes",
      "6": "bytes"
    }
  }
} as const
