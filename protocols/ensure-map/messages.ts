import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface EnsureMapFrame {
  wants: Want[]
  haves: Have[]
  dontHaves: DontHave[]
  blocks: Block[]
  receivedBytes?: number
}

export namespace EnsureMapFrame {
  let _codec: Codec<EnsureMapFrame>

  export const codec = (): Codec<EnsureMapFrame> => {
    if (_codec == null) {
      _codec = message<EnsureMapFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.wants != null && obj.wants.length > 0) {
          for (const value of obj.wants) {
            w.uint32(10)
            Want.codec().encode(value, w)
          }
        }

        if (obj.haves != null && obj.haves.length > 0) {
          for (const value of obj.haves) {
            w.uint32(18)
            Have.codec().encode(value, w)
          }
        }

        if (obj.dontHaves != null && obj.dontHaves.length > 0) {
          for (const value of obj.dontHaves) {
            w.uint32(26)
            DontHave.codec().encode(value, w)
          }
        }

        if (obj.blocks != null && obj.blocks.length > 0) {
          for (const value of obj.blocks) {
            w.uint32(34)
            Block.codec().encode(value, w)
          }
        }

        if (obj.receivedBytes != null) {
          w.uint32(40)
          w.uint64Number(obj.receivedBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          wants: [],
          haves: [],
          dontHaves: [],
          blocks: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.wants != null && obj.wants.length === opts.limits.wants) {
                throw new MaxLengthError('Decode error - repeated field "wants" had too many elements')
              }

              if (obj.wants.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "wants" had too many elements')
              }

              obj.wants.push(Want.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.wants$
              }))
              break
            }
            case 2: {
              if (opts.limits?.haves != null && obj.haves.length === opts.limits.haves) {
                throw new MaxLengthError('Decode error - repeated field "haves" had too many elements')
              }

              if (obj.haves.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "haves" had too many elements')
              }

              obj.haves.push(Have.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.haves$
              }))
              break
            }
            case 3: {
              if (opts.limits?.dontHaves != null && obj.dontHaves.length === opts.limits.dontHaves) {
                throw new MaxLengthError('Decode error - repeated field "dontHaves" had too many elements')
              }

              if (obj.dontHaves.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "dontHaves" had too many elements')
              }

              obj.dontHaves.push(DontHave.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.dontHaves$
              }))
              break
            }
            case 4: {
              if (opts.limits?.blocks != null && obj.blocks.length === opts.limits.blocks) {
                throw new MaxLengthError('Decode error - repeated field "blocks" had too many elements')
              }

              if (obj.blocks.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "blocks" had too many elements')
              }

              obj.blocks.push(Block.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.blocks$
              }))
              break
            }
            case 5: {
              obj.receivedBytes = reader.uint64Number()
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
          wants: 1024,
          haves: 1024,
          dontHaves: 1024,
          blocks: 1024
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.wants != null && obj.wants === opts.limits.wants) {
                throw new MaxLengthError('Streaming decode error - repeated field "wants" had too many elements')
              }

              if (obj.wants === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "wants" had too many elements')
              }

              for (const evt of Want.codec().stream(reader, reader.uint32(), `${prefix}.wants[]`, {
                limits: opts.limits?.wants$
              })) {
                yield {
                  ...evt,
                  index: obj.wants
                }
              }

              obj.wants++

              break
            }
            case 2: {
              if (opts.limits?.haves != null && obj.haves === opts.limits.haves) {
                throw new MaxLengthError('Streaming decode error - repeated field "haves" had too many elements')
              }

              if (obj.haves === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "haves" had too many elements')
              }

              for (const evt of Have.codec().stream(reader, reader.uint32(), `${prefix}.haves[]`, {
                limits: opts.limits?.haves$
              })) {
                yield {
                  ...evt,
                  index: obj.haves
                }
              }

              obj.haves++

              break
            }
            case 3: {
              if (opts.limits?.dontHaves != null && obj.dontHaves === opts.limits.dontHaves) {
                throw new MaxLengthError('Streaming decode error - repeated field "dontHaves" had too many elements')
              }

              if (obj.dontHaves === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "dontHaves" had too many elements')
              }

              for (const evt of DontHave.codec().stream(reader, reader.uint32(), `${prefix}.dontHaves[]`, {
                limits: opts.limits?.dontHaves$
              })) {
                yield {
                  ...evt,
                  index: obj.dontHaves
                }
              }

              obj.dontHaves++

              break
            }
            case 4: {
              if (opts.limits?.blocks != null && obj.blocks === opts.limits.blocks) {
                throw new MaxLengthError('Streaming decode error - repeated field "blocks" had too many elements')
              }

              if (obj.blocks === 1024) {
                throw new MaxLengthError('Streaming decode error - repeated field "blocks" had too many elements')
              }

              for (const evt of Block.codec().stream(reader, reader.uint32(), `${prefix}.blocks[]`, {
                limits: opts.limits?.blocks$
              })) {
                yield {
                  ...evt,
                  index: obj.blocks
                }
              }

              obj.blocks++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.receivedBytes`,
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

  export interface EnsureMapFrameWantsTopicFieldEvent {
    field: '$.wants[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameWantsIdsFieldEvent {
    field: '$.wants[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface EnsureMapFrameWantsCancelFieldEvent {
    field: '$.wants[].cancel'
    value: boolean
    index: number
  }

  export interface EnsureMapFrameWantsPriorityFieldEvent {
    field: '$.wants[].priority'
    value: number
    index: number
  }

  export interface EnsureMapFrameWantsAfterClockFieldEvent {
    field: '$.wants[].afterClock'
    value: number
    index: number
  }

  export interface EnsureMapFrameHavesTopicFieldEvent {
    field: '$.haves[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameHavesIdsFieldEvent {
    field: '$.haves[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface EnsureMapFrameDontHavesTopicFieldEvent {
    field: '$.dontHaves[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameDontHavesIdsFieldEvent {
    field: '$.dontHaves[].ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface EnsureMapFrameBlocksTopicFieldEvent {
    field: '$.blocks[].topic'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameBlocksIdFieldEvent {
    field: '$.blocks[].id'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameBlocksDataFieldEvent {
    field: '$.blocks[].data'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface EnsureMapFrameReceivedBytesFieldEvent {
    field: '$.receivedBytes'
    value: number
  }

  export function encode (obj: Partial<EnsureMapFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, EnsureMapFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EnsureMapFrame>): EnsureMapFrame {
    return decodeMessage(buf, EnsureMapFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EnsureMapFrame>): Generator<EnsureMapFrameWantsTopicFieldEvent | EnsureMapFrameWantsIdsFieldEvent | EnsureMapFrameWantsCancelFieldEvent | EnsureMapFrameWantsPriorityFieldEvent | EnsureMapFrameWantsAfterClockFieldEvent | EnsureMapFrameHavesTopicFieldEvent | EnsureMapFrameHavesIdsFieldEvent | EnsureMapFrameDontHavesTopicFieldEvent | EnsureMapFrameDontHavesIdsFieldEvent | EnsureMapFrameBlocksTopicFieldEvent | EnsureMapFrameBlocksIdFieldEvent | EnsureMapFrameBlocksDataFieldEvent | EnsureMapFrameReceivedBytesFieldEvent> {
    return streamMessage(buf, EnsureMapFrame.codec(), opts)
  }
}

export interface Want {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
  cancel: boolean
  priority: number
  afterClock?: number
}

export namespace Want {
  let _codec: Codec<Want>

  export const codec = (): Codec<Want> => {
    if (_codec == null) {
      _codec = message<Want>((obj, w, opts = {}) => {
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

        if ((obj.cancel != null && obj.cancel !== false)) {
          w.uint32(24)
          w.bool(obj.cancel)
        }

        if ((obj.priority != null && obj.priority !== 0)) {
          w.uint32(32)
          w.uint32(obj.priority)
        }

        if (obj.afterClock != null) {
          w.uint32(40)
          w.uint64Number(obj.afterClock)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          ids: [],
          cancel: false,
          priority: 0
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

              if (obj.ids.length === 1024) {
                throw new MaxLengthError('Decode error - repeated field "ids" had too many elements')
              }

              obj.ids.push(reader.bytes())
              break
            }
            case 3: {
              obj.cancel = reader.bool()
              break
            }
            case 4: {
              obj.priority = reader.uint32()
              break
            }
            case 5: {
              obj.afterClock = reader.uint64Number()
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
            case 3: {
              yield {
                field: `${prefix}.cancel`,
                value: reader.bool()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.priority`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.afterClock`,
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

  export interface WantTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WantIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface WantCancelFieldEvent {
    field: '$.cancel'
    value: boolean
  }

  export interface WantPriorityFieldEvent {
    field: '$.priority'
    value: number
  }

  export interface WantAfterClockFieldEvent {
    field: '$.afterClock'
    value: number
  }

  export function encode (obj: Partial<Want>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Want.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Want {
    return decodeMessage(buf, Want.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Want>): Generator<WantTopicFieldEvent | WantIdsFieldEvent | WantCancelFieldEvent | WantPriorityFieldEvent | WantAfterClockFieldEvent> {
    return streamMessage(buf, Want.codec(), opts)
  }
}

export interface Have {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace Have {
  let _codec: Codec<Have>

  export const codec = (): Codec<Have> => {
    if (_codec == null) {
      _codec = message<Have>((obj, w, opts = {}) => {
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

  export interface HaveTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HaveIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Have>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Have.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Have {
    return decodeMessage(buf, Have.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Generator<HaveTopicFieldEvent | HaveIdsFieldEvent> {
    return streamMessage(buf, Have.codec(), opts)
  }
}

export interface DontHave {
  topic: Uint8Array<ArrayBuffer>
  ids: Uint8Array<ArrayBuffer>[]
}

export namespace DontHave {
  let _codec: Codec<DontHave>

  export const codec = (): Codec<DontHave> => {
    if (_codec == null) {
      _codec = message<DontHave>((obj, w, opts = {}) => {
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

  export interface DontHaveTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DontHaveIdsFieldEvent {
    field: '$.ids[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<DontHave>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, DontHave.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DontHave>): DontHave {
    return decodeMessage(buf, DontHave.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DontHave>): Generator<DontHaveTopicFieldEvent | DontHaveIdsFieldEvent> {
    return streamMessage(buf, DontHave.codec(), opts)
  }
}

export interface Block {
  topic: Uint8Array<ArrayBuffer>
  id: Uint8Array<ArrayBuffer>
  data: Uint8Array<ArrayBuffer>
}

export namespace Block {
  let _codec: Codec<Block>

  export const codec = (): Codec<Block> => {
    if (_codec == null) {
      _codec = message<Block>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.topic)
        }

        if ((obj.id != null && obj.id.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.id)
        }

        if ((obj.data != null && obj.data.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.data)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          topic: uint8ArrayAlloc(0),
          id: uint8ArrayAlloc(0),
          data: uint8ArrayAlloc(0)
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
              obj.id = reader.bytes()
              break
            }
            case 3: {
              obj.data = reader.bytes()
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
                field: `${prefix}.id`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.data`,
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

  export interface BlockTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BlockIdFieldEvent {
    field: '$.id'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BlockDataFieldEvent {
    field: '$.data'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Block>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Block.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Block>): Block {
    return decodeMessage(buf, Block.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Block>): Generator<BlockTopicFieldEvent | BlockIdFieldEvent | BlockDataFieldEvent> {
    return streamMessage(buf, Block.codec(), opts)
  }
}

export const EnsureMapFrameForm = {
  "1": {
    "1": "bytes",
    "2": "bytes",
    "3": "bool",
    "4": "uint32",
    "5": "uint64"
  },
  "2": {
    "1": "bytes",
    "2": "bytes"
  },
  "3": {
    "1": "bytes",
    "2": "bytes"
  },
  "4": {
    "1": "bytes",
    "2": "bytes",
    "3": "bytes"
  },
  "5": "uint64"
} as const
