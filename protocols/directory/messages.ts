import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface DirectoryFrame {
  look?: Look
  seen?: Seen
  put?: Put
  taken?: Taken
}

export namespace DirectoryFrame {
  let _codec: Codec<DirectoryFrame>

  export const codec = (): Codec<DirectoryFrame> => {
    if (_codec == null) {
      _codec = message<DirectoryFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.look != null) {
          w.uint32(10)
          Look.codec().encode(obj.look, w)
        }

        if (obj.seen != null) {
          w.uint32(18)
          Seen.codec().encode(obj.seen, w)
        }

        if (obj.put != null) {
          w.uint32(26)
          Put.codec().encode(obj.put, w)
        }

        if (obj.taken != null) {
          w.uint32(34)
          Taken.codec().encode(obj.taken, w)
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
              obj.look = Look.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.look
              })
              break
            }
            case 2: {
              obj.seen = Seen.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.seen
              })
              break
            }
            case 3: {
              obj.put = Put.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.put
              })
              break
            }
            case 4: {
              obj.taken = Taken.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.taken
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
              yield * Look.codec().stream(reader, reader.uint32(), `${prefix}.look`, {
                limits: opts.limits?.look
              })

              break
            }
            case 2: {
              yield * Seen.codec().stream(reader, reader.uint32(), `${prefix}.seen`, {
                limits: opts.limits?.seen
              })

              break
            }
            case 3: {
              yield * Put.codec().stream(reader, reader.uint32(), `${prefix}.put`, {
                limits: opts.limits?.put
              })

              break
            }
            case 4: {
              yield * Taken.codec().stream(reader, reader.uint32(), `${prefix}.taken`, {
                limits: opts.limits?.taken
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

  export interface DirectoryFrameLookSerialFieldEvent {
    field: '$.look.serial'
    value: number
  }

  export interface DirectoryFrameLookTopicFieldEvent {
    field: '$.look.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameLookPathFieldEvent {
    field: '$.look.path'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameLookWithinFieldEvent {
    field: '$.look.within'
    value: number
  }

  export interface DirectoryFrameLookFirstFieldEvent {
    field: '$.look.first'
    value: number
  }

  export interface DirectoryFrameLookLastFieldEvent {
    field: '$.look.last'
    value: number
  }

  export interface DirectoryFrameLookLimitFieldEvent {
    field: '$.look.limit'
    value: number
  }

  export interface DirectoryFrameLookMaxBytesFieldEvent {
    field: '$.look.maxBytes'
    value: number
  }

  export interface DirectoryFrameSeenSerialFieldEvent {
    field: '$.seen.serial'
    value: number
  }

  export interface DirectoryFrameSeenNodesLengthFieldEvent {
    field: '$.seen.nodes[].length'
    value: number
    index: number
  }

  export interface DirectoryFrameSeenNodesBoundFieldEvent {
    field: '$.seen.nodes[].bound'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DirectoryFrameSeenNodesChildrenFieldEvent {
    field: '$.seen.nodes[].children'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DirectoryFrameSeenRecordsFieldEvent {
    field: '$.seen.records[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameSeenMoreFieldEvent {
    field: '$.seen.more'
    value: boolean
  }

  export interface DirectoryFramePutSerialFieldEvent {
    field: '$.put.serial'
    value: number
  }

  export interface DirectoryFramePutTopicFieldEvent {
    field: '$.put.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFramePutPrefixFieldEvent {
    field: '$.put.prefix'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFramePutRecordsFieldEvent {
    field: '$.put.records[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFramePutBoundFieldEvent {
    field: '$.put.bound'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFramePutChildrenFieldEvent {
    field: '$.put.children'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameTakenSerialFieldEvent {
    field: '$.taken.serial'
    value: number
  }

  export interface DirectoryFrameTakenKeptFieldEvent {
    field: '$.taken.kept'
    value: number
  }

  export interface DirectoryFrameTakenRefusedFieldEvent {
    field: '$.taken.refused'
    value: number
  }

  export interface DirectoryFrameTakenBoundFieldEvent {
    field: '$.taken.bound'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameTakenChildrenFieldEvent {
    field: '$.taken.children'
    value: Uint8Array<ArrayBuffer>
  }

  export interface DirectoryFrameTakenDigestFieldEvent {
    field: '$.taken.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<DirectoryFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, DirectoryFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectoryFrame>): DirectoryFrame {
    return decodeMessage(buf, DirectoryFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DirectoryFrame>): Generator<DirectoryFrameLookSerialFieldEvent | DirectoryFrameLookTopicFieldEvent | DirectoryFrameLookPathFieldEvent | DirectoryFrameLookWithinFieldEvent | DirectoryFrameLookFirstFieldEvent | DirectoryFrameLookLastFieldEvent | DirectoryFrameLookLimitFieldEvent | DirectoryFrameLookMaxBytesFieldEvent | DirectoryFrameSeenSerialFieldEvent | DirectoryFrameSeenNodesLengthFieldEvent | DirectoryFrameSeenNodesBoundFieldEvent | DirectoryFrameSeenNodesChildrenFieldEvent | DirectoryFrameSeenRecordsFieldEvent | DirectoryFrameSeenMoreFieldEvent | DirectoryFramePutSerialFieldEvent | DirectoryFramePutTopicFieldEvent | DirectoryFramePutPrefixFieldEvent | DirectoryFramePutRecordsFieldEvent | DirectoryFramePutBoundFieldEvent | DirectoryFramePutChildrenFieldEvent | DirectoryFrameTakenSerialFieldEvent | DirectoryFrameTakenKeptFieldEvent | DirectoryFrameTakenRefusedFieldEvent | DirectoryFrameTakenBoundFieldEvent | DirectoryFrameTakenChildrenFieldEvent | DirectoryFrameTakenDigestFieldEvent> {
    return streamMessage(buf, DirectoryFrame.codec(), opts)
  }
}

export interface Look {
  serial: number
  topic: Uint8Array<ArrayBuffer>
  path: Uint8Array<ArrayBuffer>
  within: number
  first: number
  last: number
  limit: number
  maxBytes: number
}

export namespace Look {
  let _codec: Codec<Look>

  export const codec = (): Codec<Look> => {
    if (_codec == null) {
      _codec = message<Look>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.topic)
        }

        if ((obj.path != null && obj.path.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.path)
        }

        if ((obj.within != null && obj.within !== 0)) {
          w.uint32(32)
          w.uint32(obj.within)
        }

        if ((obj.first != null && obj.first !== 0)) {
          w.uint32(40)
          w.uint32(obj.first)
        }

        if ((obj.last != null && obj.last !== 0)) {
          w.uint32(48)
          w.uint32(obj.last)
        }

        if ((obj.limit != null && obj.limit !== 0)) {
          w.uint32(56)
          w.uint32(obj.limit)
        }

        if ((obj.maxBytes != null && obj.maxBytes !== 0)) {
          w.uint32(64)
          w.uint32(obj.maxBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0,
          topic: uint8ArrayAlloc(0),
          path: uint8ArrayAlloc(0),
          within: 0,
          first: 0,
          last: 0,
          limit: 0,
          maxBytes: 0
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
              obj.topic = reader.bytes()
              break
            }
            case 3: {
              obj.path = reader.bytes()
              break
            }
            case 4: {
              obj.within = reader.uint32()
              break
            }
            case 5: {
              obj.first = reader.uint32()
              break
            }
            case 6: {
              obj.last = reader.uint32()
              break
            }
            case 7: {
              obj.limit = reader.uint32()
              break
            }
            case 8: {
              obj.maxBytes = reader.uint32()
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
            case 2: {
              yield {
                field: `${prefix}.topic`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.path`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.within`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.first`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.last`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.limit`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.maxBytes`,
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

  export interface LookSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface LookTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LookPathFieldEvent {
    field: '$.path'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LookWithinFieldEvent {
    field: '$.within'
    value: number
  }

  export interface LookFirstFieldEvent {
    field: '$.first'
    value: number
  }

  export interface LookLastFieldEvent {
    field: '$.last'
    value: number
  }

  export interface LookLimitFieldEvent {
    field: '$.limit'
    value: number
  }

  export interface LookMaxBytesFieldEvent {
    field: '$.maxBytes'
    value: number
  }

  export function encode (obj: Partial<Look>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Look.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Look>): Look {
    return decodeMessage(buf, Look.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Look>): Generator<LookSerialFieldEvent | LookTopicFieldEvent | LookPathFieldEvent | LookWithinFieldEvent | LookFirstFieldEvent | LookLastFieldEvent | LookLimitFieldEvent | LookMaxBytesFieldEvent> {
    return streamMessage(buf, Look.codec(), opts)
  }
}

export interface Seen {
  serial: number
  nodes: NodeSeen[]
  records: Uint8Array<ArrayBuffer>[]
  more: boolean
}

export namespace Seen {
  let _codec: Codec<Seen>

  export const codec = (): Codec<Seen> => {
    if (_codec == null) {
      _codec = message<Seen>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if (obj.nodes != null && obj.nodes.length > 0) {
          for (const value of obj.nodes) {
            w.uint32(18)
            NodeSeen.codec().encode(value, w)
          }
        }

        if (obj.records != null && obj.records.length > 0) {
          for (const value of obj.records) {
            w.uint32(26)
            w.bytes(value)
          }
        }

        if ((obj.more != null && obj.more !== false)) {
          w.uint32(32)
          w.bool(obj.more)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0,
          nodes: [],
          records: [],
          more: false
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
              if (opts.limits?.nodes != null && obj.nodes.length === opts.limits.nodes) {
                throw new MaxLengthError('Decode error - repeated field "nodes" had too many elements')
              }

              if (obj.nodes.length === 48) {
                throw new MaxLengthError('Decode error - repeated field "nodes" had too many elements')
              }

              obj.nodes.push(NodeSeen.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.nodes$
              }))
              break
            }
            case 3: {
              if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              if (obj.records.length === 63) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              obj.records.push(reader.bytes())
              break
            }
            case 4: {
              obj.more = reader.bool()
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
          nodes: 48,
          records: 63
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
              if (opts.limits?.nodes != null && obj.nodes === opts.limits.nodes) {
                throw new MaxLengthError('Streaming decode error - repeated field "nodes" had too many elements')
              }

              if (obj.nodes === 48) {
                throw new MaxLengthError('Streaming decode error - repeated field "nodes" had too many elements')
              }

              for (const evt of NodeSeen.codec().stream(reader, reader.uint32(), `${prefix}.nodes[]`, {
                limits: opts.limits?.nodes$
              })) {
                yield {
                  ...evt,
                  index: obj.nodes
                }
              }

              obj.nodes++

              break
            }
            case 3: {
              if (opts.limits?.records != null && obj.records === opts.limits.records) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              if (obj.records === 63) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              yield {
                field: `${prefix}.records[]`,
                index: obj.records,
                value: reader.bytes()
              }

              obj.records++

              break
            }
            case 4: {
              yield {
                field: `${prefix}.more`,
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

  export interface SeenSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface SeenNodesLengthFieldEvent {
    field: '$.nodes[].length'
    value: number
    index: number
  }

  export interface SeenNodesBoundFieldEvent {
    field: '$.nodes[].bound'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface SeenNodesChildrenFieldEvent {
    field: '$.nodes[].children'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface SeenRecordsFieldEvent {
    field: '$.records[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface SeenMoreFieldEvent {
    field: '$.more'
    value: boolean
  }

  export function encode (obj: Partial<Seen>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Seen.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Seen>): Seen {
    return decodeMessage(buf, Seen.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Seen>): Generator<SeenSerialFieldEvent | SeenNodesLengthFieldEvent | SeenNodesBoundFieldEvent | SeenNodesChildrenFieldEvent | SeenRecordsFieldEvent | SeenMoreFieldEvent> {
    return streamMessage(buf, Seen.codec(), opts)
  }
}

export interface NodeSeen {
  length: number
  bound: Uint8Array<ArrayBuffer>
  children: Uint8Array<ArrayBuffer>
}

export namespace NodeSeen {
  let _codec: Codec<NodeSeen>

  export const codec = (): Codec<NodeSeen> => {
    if (_codec == null) {
      _codec = message<NodeSeen>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.length != null && obj.length !== 0)) {
          w.uint32(8)
          w.uint32(obj.length)
        }

        if ((obj.bound != null && obj.bound.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.bound)
        }

        if ((obj.children != null && obj.children.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.children)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          length: 0,
          bound: uint8ArrayAlloc(0),
          children: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.length = reader.uint32()
              break
            }
            case 2: {
              obj.bound = reader.bytes()
              break
            }
            case 3: {
              obj.children = reader.bytes()
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
                field: `${prefix}.length`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.bound`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.children`,
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

  export interface NodeSeenLengthFieldEvent {
    field: '$.length'
    value: number
  }

  export interface NodeSeenBoundFieldEvent {
    field: '$.bound'
    value: Uint8Array<ArrayBuffer>
  }

  export interface NodeSeenChildrenFieldEvent {
    field: '$.children'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<NodeSeen>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, NodeSeen.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NodeSeen>): NodeSeen {
    return decodeMessage(buf, NodeSeen.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NodeSeen>): Generator<NodeSeenLengthFieldEvent | NodeSeenBoundFieldEvent | NodeSeenChildrenFieldEvent> {
    return streamMessage(buf, NodeSeen.codec(), opts)
  }
}

export interface Put {
  serial: number
  topic: Uint8Array<ArrayBuffer>
  prefix: Uint8Array<ArrayBuffer>
  records: Uint8Array<ArrayBuffer>[]
  bound: Uint8Array<ArrayBuffer>
  children: Uint8Array<ArrayBuffer>
}

export namespace Put {
  let _codec: Codec<Put>

  export const codec = (): Codec<Put> => {
    if (_codec == null) {
      _codec = message<Put>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if ((obj.topic != null && obj.topic.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.topic)
        }

        if ((obj.prefix != null && obj.prefix.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.prefix)
        }

        if (obj.records != null && obj.records.length > 0) {
          for (const value of obj.records) {
            w.uint32(34)
            w.bytes(value)
          }
        }

        if ((obj.bound != null && obj.bound.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.bound)
        }

        if ((obj.children != null && obj.children.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.children)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0,
          topic: uint8ArrayAlloc(0),
          prefix: uint8ArrayAlloc(0),
          records: [],
          bound: uint8ArrayAlloc(0),
          children: uint8ArrayAlloc(0)
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
              obj.topic = reader.bytes()
              break
            }
            case 3: {
              obj.prefix = reader.bytes()
              break
            }
            case 4: {
              if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              if (obj.records.length === 63) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              obj.records.push(reader.bytes())
              break
            }
            case 5: {
              obj.bound = reader.bytes()
              break
            }
            case 6: {
              obj.children = reader.bytes()
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
          records: 63
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
                field: `${prefix}.topic`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.prefix`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              if (opts.limits?.records != null && obj.records === opts.limits.records) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              if (obj.records === 63) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              yield {
                field: `${prefix}.records[]`,
                index: obj.records,
                value: reader.bytes()
              }

              obj.records++

              break
            }
            case 5: {
              yield {
                field: `${prefix}.bound`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.children`,
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

  export interface PutSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface PutTopicFieldEvent {
    field: '$.topic'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PutPrefixFieldEvent {
    field: '$.prefix'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PutRecordsFieldEvent {
    field: '$.records[]'
    index: number
    value: Uint8Array<ArrayBuffer>
  }

  export interface PutBoundFieldEvent {
    field: '$.bound'
    value: Uint8Array<ArrayBuffer>
  }

  export interface PutChildrenFieldEvent {
    field: '$.children'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Put>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Put.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Put>): Put {
    return decodeMessage(buf, Put.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Put>): Generator<PutSerialFieldEvent | PutTopicFieldEvent | PutPrefixFieldEvent | PutRecordsFieldEvent | PutBoundFieldEvent | PutChildrenFieldEvent> {
    return streamMessage(buf, Put.codec(), opts)
  }
}

export interface Taken {
  serial: number
  kept: number
  refused: number
  bound: Uint8Array<ArrayBuffer>
  children: Uint8Array<ArrayBuffer>
  digest: Uint8Array<ArrayBuffer>
}

export namespace Taken {
  let _codec: Codec<Taken>

  export const codec = (): Codec<Taken> => {
    if (_codec == null) {
      _codec = message<Taken>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.serial)
        }

        if ((obj.kept != null && obj.kept !== 0)) {
          w.uint32(16)
          w.uint32(obj.kept)
        }

        if ((obj.refused != null && obj.refused !== 0)) {
          w.uint32(24)
          w.uint32(obj.refused)
        }

        if ((obj.bound != null && obj.bound.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.bound)
        }

        if ((obj.children != null && obj.children.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.children)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.digest)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          serial: 0,
          kept: 0,
          refused: 0,
          bound: uint8ArrayAlloc(0),
          children: uint8ArrayAlloc(0),
          digest: uint8ArrayAlloc(0)
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
              obj.kept = reader.uint32()
              break
            }
            case 3: {
              obj.refused = reader.uint32()
              break
            }
            case 4: {
              obj.bound = reader.bytes()
              break
            }
            case 5: {
              obj.children = reader.bytes()
              break
            }
            case 6: {
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
                field: `${prefix}.serial`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.kept`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.refused`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.bound`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.children`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
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

  export interface TakenSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface TakenKeptFieldEvent {
    field: '$.kept'
    value: number
  }

  export interface TakenRefusedFieldEvent {
    field: '$.refused'
    value: number
  }

  export interface TakenBoundFieldEvent {
    field: '$.bound'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TakenChildrenFieldEvent {
    field: '$.children'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TakenDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Taken>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Taken.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Taken>): Taken {
    return decodeMessage(buf, Taken.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Taken>): Generator<TakenSerialFieldEvent | TakenKeptFieldEvent | TakenRefusedFieldEvent | TakenBoundFieldEvent | TakenChildrenFieldEvent | TakenDigestFieldEvent> {
    return streamMessage(buf, Taken.codec(), opts)
  }
}

export interface Saying {
  text: Uint8Array<ArrayBuffer>
  time: number
  link: Uint8Array<ArrayBuffer>
  act: Uint8Array<ArrayBuffer>
  gone: boolean
  of: Uint8Array<ArrayBuffer>
}

export namespace Saying {
  let _codec: Codec<Saying>

  export const codec = (): Codec<Saying> => {
    if (_codec == null) {
      _codec = message<Saying>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.text != null && obj.text.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.text)
        }

        if ((obj.time != null && obj.time !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.time)
        }

        if ((obj.link != null && obj.link.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.link)
        }

        if ((obj.act != null && obj.act.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.act)
        }

        if ((obj.gone != null && obj.gone !== false)) {
          w.uint32(40)
          w.bool(obj.gone)
        }

        if ((obj.of != null && obj.of.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.of)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          text: uint8ArrayAlloc(0),
          time: 0,
          link: uint8ArrayAlloc(0),
          act: uint8ArrayAlloc(0),
          gone: false,
          of: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.text = reader.bytes()
              break
            }
            case 2: {
              obj.time = reader.uint64Number()
              break
            }
            case 3: {
              obj.link = reader.bytes()
              break
            }
            case 4: {
              obj.act = reader.bytes()
              break
            }
            case 5: {
              obj.gone = reader.bool()
              break
            }
            case 6: {
              obj.of = reader.bytes()
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
                field: `${prefix}.text`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.time`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.link`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.act`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.gone`,
                value: reader.bool()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.of`,
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

  export interface SayingTextFieldEvent {
    field: '$.text'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SayingTimeFieldEvent {
    field: '$.time'
    value: number
  }

  export interface SayingLinkFieldEvent {
    field: '$.link'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SayingActFieldEvent {
    field: '$.act'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SayingGoneFieldEvent {
    field: '$.gone'
    value: boolean
  }

  export interface SayingOfFieldEvent {
    field: '$.of'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Saying>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Saying.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Saying>): Saying {
    return decodeMessage(buf, Saying.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Saying>): Generator<SayingTextFieldEvent | SayingTimeFieldEvent | SayingLinkFieldEvent | SayingActFieldEvent | SayingGoneFieldEvent | SayingOfFieldEvent> {
    return streamMessage(buf, Saying.codec(), opts)
  }
}

export const DirectoryFrameForm = {
  "1": {
    "1": "uint64",
    "2": "bytes",
    "3": "bytes",
    "4": "uint32",
    "5": "uint32",
    "6": "uint32",
    "7": "uint32",
    "8": "uint32"
  },
  "2": {
    "1": "uint64",
    "2": {
      "1": "uint32",
      "2": "bytes",
      "3": "bytes"
    },
    "3": "bytes",
    "4": "bool"
  },
  "3": {
    "1": "uint64",
    "2": "bytes",
    "3": "bytes",
    "4": "bytes",
    "5": "bytes",
    "6": "bytes"
  },
  "4": {
    "1": "uint64",
    "2": "uint32",
    "3": "uint32",
    "4": "bytes",
    "5": "bytes",
    "6": "bytes"
  }
} as const
