import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import { noBytes as uint8ArrayAlloc } from '../wire/no-bytes.ts'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface LockFrame {
  ask?: Ask
  grant?: Grant
  wait?: Wait
  refuse?: Refuse
  release?: Release
  released?: Released
  query?: Query
  state?: State
}

export namespace LockFrame {
  let _codec: Codec<LockFrame>

  export const codec = (): Codec<LockFrame> => {
    if (_codec == null) {
      _codec = message<LockFrame>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.ask != null) {
          w.uint32(10)
          Ask.codec().encode(obj.ask, w)
        }

        if (obj.grant != null) {
          w.uint32(18)
          Grant.codec().encode(obj.grant, w)
        }

        if (obj.wait != null) {
          w.uint32(26)
          Wait.codec().encode(obj.wait, w)
        }

        if (obj.refuse != null) {
          w.uint32(34)
          Refuse.codec().encode(obj.refuse, w)
        }

        if (obj.release != null) {
          w.uint32(42)
          Release.codec().encode(obj.release, w)
        }

        if (obj.released != null) {
          w.uint32(50)
          Released.codec().encode(obj.released, w)
        }

        if (obj.query != null) {
          w.uint32(58)
          Query.codec().encode(obj.query, w)
        }

        if (obj.state != null) {
          w.uint32(66)
          State.codec().encode(obj.state, w)
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
              obj.grant = Grant.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.grant
              })
              break
            }
            case 3: {
              obj.wait = Wait.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.wait
              })
              break
            }
            case 4: {
              obj.refuse = Refuse.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refuse
              })
              break
            }
            case 5: {
              obj.release = Release.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.release
              })
              break
            }
            case 6: {
              obj.released = Released.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.released
              })
              break
            }
            case 7: {
              obj.query = Query.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.query
              })
              break
            }
            case 8: {
              obj.state = State.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.state
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
              yield * Grant.codec().stream(reader, reader.uint32(), `${prefix}.grant`, {
                limits: opts.limits?.grant
              })

              break
            }
            case 3: {
              yield * Wait.codec().stream(reader, reader.uint32(), `${prefix}.wait`, {
                limits: opts.limits?.wait
              })

              break
            }
            case 4: {
              yield * Refuse.codec().stream(reader, reader.uint32(), `${prefix}.refuse`, {
                limits: opts.limits?.refuse
              })

              break
            }
            case 5: {
              yield * Release.codec().stream(reader, reader.uint32(), `${prefix}.release`, {
                limits: opts.limits?.release
              })

              break
            }
            case 6: {
              yield * Released.codec().stream(reader, reader.uint32(), `${prefix}.released`, {
                limits: opts.limits?.released
              })

              break
            }
            case 7: {
              yield * Query.codec().stream(reader, reader.uint32(), `${prefix}.query`, {
                limits: opts.limits?.query
              })

              break
            }
            case 8: {
              yield * State.codec().stream(reader, reader.uint32(), `${prefix}.state`, {
                limits: opts.limits?.state
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

  export interface LockFrameAskLockFieldEvent {
    field: '$.ask.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameAskRequestFieldEvent {
    field: '$.ask.request'
    value: number
  }

  export interface LockFrameAskSentMsFieldEvent {
    field: '$.ask.sentMs'
    value: number
  }

  export interface LockFrameAskFenceFieldEvent {
    field: '$.ask.fence'
    value: number
  }

  export interface LockFrameAskLeaseMsFieldEvent {
    field: '$.ask.leaseMs'
    value: number
  }

  export interface LockFrameAskTicketFieldEvent {
    field: '$.ask.ticket'
    value: number
  }

  export interface LockFrameAskSeenFieldEvent {
    field: '$.ask.seen'
    value: number
  }

  export interface LockFrameGrantLockFieldEvent {
    field: '$.grant.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameGrantRequestFieldEvent {
    field: '$.grant.request'
    value: number
  }

  export interface LockFrameGrantSentMsFieldEvent {
    field: '$.grant.sentMs'
    value: number
  }

  export interface LockFrameGrantFenceFieldEvent {
    field: '$.grant.fence'
    value: number
  }

  export interface LockFrameGrantTicketFieldEvent {
    field: '$.grant.ticket'
    value: number
  }

  export interface LockFrameGrantMarkFieldEvent {
    field: '$.grant.mark'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameWaitLockFieldEvent {
    field: '$.wait.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameWaitRequestFieldEvent {
    field: '$.wait.request'
    value: number
  }

  export interface LockFrameWaitTicketFieldEvent {
    field: '$.wait.ticket'
    value: number
  }

  export interface LockFrameWaitHeldHolderFieldEvent {
    field: '$.wait.held.holder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameWaitHeldRequestFieldEvent {
    field: '$.wait.held.request'
    value: number
  }

  export interface LockFrameWaitHeldFenceFieldEvent {
    field: '$.wait.held.fence'
    value: number
  }

  export interface LockFrameWaitHeldTicketFieldEvent {
    field: '$.wait.held.ticket'
    value: number
  }

  export interface LockFrameWaitHeldForMsFieldEvent {
    field: '$.wait.held.forMs'
    value: number
  }

  export interface LockFrameWaitHeldLeftMsFieldEvent {
    field: '$.wait.held.leftMs'
    value: number
  }

  export interface LockFrameRefuseLockFieldEvent {
    field: '$.refuse.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameRefuseRequestFieldEvent {
    field: '$.refuse.request'
    value: number
  }

  export interface LockFrameRefuseReasonFieldEvent {
    field: '$.refuse.reason'
    value: number
  }

  export interface LockFrameReleaseLockFieldEvent {
    field: '$.release.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameReleaseRequestFieldEvent {
    field: '$.release.request'
    value: number
  }

  export interface LockFrameReleaseFenceFieldEvent {
    field: '$.release.fence'
    value: number
  }

  export interface LockFrameReleaseMarkFieldEvent {
    field: '$.release.mark'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameReleasedLockFieldEvent {
    field: '$.released.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameReleasedRequestFieldEvent {
    field: '$.released.request'
    value: number
  }

  export interface LockFrameQueryLockFieldEvent {
    field: '$.query.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameQuerySerialFieldEvent {
    field: '$.query.serial'
    value: number
  }

  export interface LockFrameQuerySeenFieldEvent {
    field: '$.query.seen'
    value: number
  }

  export interface LockFrameStateLockFieldEvent {
    field: '$.state.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameStateSerialFieldEvent {
    field: '$.state.serial'
    value: number
  }

  export interface LockFrameStateFenceFieldEvent {
    field: '$.state.fence'
    value: number
  }

  export interface LockFrameStateHasForgottenFieldEvent {
    field: '$.state.hasForgotten'
    value: boolean
  }

  export interface LockFrameStateWaitingFieldEvent {
    field: '$.state.waiting'
    value: number
  }

  export interface LockFrameStateHeldHolderFieldEvent {
    field: '$.state.held.holder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LockFrameStateHeldRequestFieldEvent {
    field: '$.state.held.request'
    value: number
  }

  export interface LockFrameStateHeldFenceFieldEvent {
    field: '$.state.held.fence'
    value: number
  }

  export interface LockFrameStateHeldTicketFieldEvent {
    field: '$.state.held.ticket'
    value: number
  }

  export interface LockFrameStateHeldForMsFieldEvent {
    field: '$.state.held.forMs'
    value: number
  }

  export interface LockFrameStateHeldLeftMsFieldEvent {
    field: '$.state.held.leftMs'
    value: number
  }

  export function encode (obj: Partial<LockFrame>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LockFrame.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LockFrame>): LockFrame {
    return decodeMessage(buf, LockFrame.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LockFrame>): Generator<LockFrameAskLockFieldEvent | LockFrameAskRequestFieldEvent | LockFrameAskSentMsFieldEvent | LockFrameAskFenceFieldEvent | LockFrameAskLeaseMsFieldEvent | LockFrameAskTicketFieldEvent | LockFrameAskSeenFieldEvent | LockFrameGrantLockFieldEvent | LockFrameGrantRequestFieldEvent | LockFrameGrantSentMsFieldEvent | LockFrameGrantFenceFieldEvent | LockFrameGrantTicketFieldEvent | LockFrameGrantMarkFieldEvent | LockFrameWaitLockFieldEvent | LockFrameWaitRequestFieldEvent | LockFrameWaitTicketFieldEvent | LockFrameWaitHeldHolderFieldEvent | LockFrameWaitHeldRequestFieldEvent | LockFrameWaitHeldFenceFieldEvent | LockFrameWaitHeldTicketFieldEvent | LockFrameWaitHeldForMsFieldEvent | LockFrameWaitHeldLeftMsFieldEvent | LockFrameRefuseLockFieldEvent | LockFrameRefuseRequestFieldEvent | LockFrameRefuseReasonFieldEvent | LockFrameReleaseLockFieldEvent | LockFrameReleaseRequestFieldEvent | LockFrameReleaseFenceFieldEvent | LockFrameReleaseMarkFieldEvent | LockFrameReleasedLockFieldEvent | LockFrameReleasedRequestFieldEvent | LockFrameQueryLockFieldEvent | LockFrameQuerySerialFieldEvent | LockFrameQuerySeenFieldEvent | LockFrameStateLockFieldEvent | LockFrameStateSerialFieldEvent | LockFrameStateFenceFieldEvent | LockFrameStateHasForgottenFieldEvent | LockFrameStateWaitingFieldEvent | LockFrameStateHeldHolderFieldEvent | LockFrameStateHeldRequestFieldEvent | LockFrameStateHeldFenceFieldEvent | LockFrameStateHeldTicketFieldEvent | LockFrameStateHeldForMsFieldEvent | LockFrameStateHeldLeftMsFieldEvent> {
    return streamMessage(buf, LockFrame.codec(), opts)
  }
}

export interface Ask {
  lock: Uint8Array<ArrayBuffer>
  request: number
  sentMs: number
  fence: number
  leaseMs: number
  ticket: number
  seen: number
}

export namespace Ask {
  let _codec: Codec<Ask>

  export const codec = (): Codec<Ask> => {
    if (_codec == null) {
      _codec = message<Ask>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.sentMs != null && obj.sentMs !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sentMs)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.fence)
        }

        if ((obj.leaseMs != null && obj.leaseMs !== 0)) {
          w.uint32(40)
          w.uint32(obj.leaseMs)
        }

        if ((obj.ticket != null && obj.ticket !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.ticket)
        }

        if ((obj.seen != null && obj.seen !== 0)) {
          w.uint32(56)
          w.uint64Number(obj.seen)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0,
          sentMs: 0,
          fence: 0,
          leaseMs: 0,
          ticket: 0,
          seen: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.sentMs = reader.uint64Number()
              break
            }
            case 4: {
              obj.fence = reader.uint64Number()
              break
            }
            case 5: {
              obj.leaseMs = reader.uint32()
              break
            }
            case 6: {
              obj.ticket = reader.uint64Number()
              break
            }
            case 7: {
              obj.seen = reader.uint64Number()
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.sentMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.leaseMs`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.ticket`,
                value: reader.uint64Number()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.seen`,
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

  export interface AskLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AskRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface AskSentMsFieldEvent {
    field: '$.sentMs'
    value: number
  }

  export interface AskFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface AskLeaseMsFieldEvent {
    field: '$.leaseMs'
    value: number
  }

  export interface AskTicketFieldEvent {
    field: '$.ticket'
    value: number
  }

  export interface AskSeenFieldEvent {
    field: '$.seen'
    value: number
  }

  export function encode (obj: Partial<Ask>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Ask.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ask>): Ask {
    return decodeMessage(buf, Ask.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ask>): Generator<AskLockFieldEvent | AskRequestFieldEvent | AskSentMsFieldEvent | AskFenceFieldEvent | AskLeaseMsFieldEvent | AskTicketFieldEvent | AskSeenFieldEvent> {
    return streamMessage(buf, Ask.codec(), opts)
  }
}

export interface Grant {
  lock: Uint8Array<ArrayBuffer>
  request: number
  sentMs: number
  fence: number
  ticket: number
  mark: Uint8Array<ArrayBuffer>
}

export namespace Grant {
  let _codec: Codec<Grant>

  export const codec = (): Codec<Grant> => {
    if (_codec == null) {
      _codec = message<Grant>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.sentMs != null && obj.sentMs !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.sentMs)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.fence)
        }

        if ((obj.ticket != null && obj.ticket !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.ticket)
        }

        if ((obj.mark != null && obj.mark.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.mark)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0,
          sentMs: 0,
          fence: 0,
          ticket: 0,
          mark: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.sentMs = reader.uint64Number()
              break
            }
            case 4: {
              obj.fence = reader.uint64Number()
              break
            }
            case 5: {
              obj.ticket = reader.uint64Number()
              break
            }
            case 6: {
              obj.mark = reader.bytes()
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.sentMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.ticket`,
                value: reader.uint64Number()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.mark`,
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

  export interface GrantLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GrantRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface GrantSentMsFieldEvent {
    field: '$.sentMs'
    value: number
  }

  export interface GrantFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface GrantTicketFieldEvent {
    field: '$.ticket'
    value: number
  }

  export interface GrantMarkFieldEvent {
    field: '$.mark'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Grant>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Grant.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Grant>): Grant {
    return decodeMessage(buf, Grant.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Grant>): Generator<GrantLockFieldEvent | GrantRequestFieldEvent | GrantSentMsFieldEvent | GrantFenceFieldEvent | GrantTicketFieldEvent | GrantMarkFieldEvent> {
    return streamMessage(buf, Grant.codec(), opts)
  }
}

export interface Wait {
  lock: Uint8Array<ArrayBuffer>
  request: number
  ticket: number
  held?: Held
}

export namespace Wait {
  let _codec: Codec<Wait>

  export const codec = (): Codec<Wait> => {
    if (_codec == null) {
      _codec = message<Wait>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.ticket != null && obj.ticket !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.ticket)
        }

        if (obj.held != null) {
          w.uint32(34)
          Held.codec().encode(obj.held, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0,
          ticket: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.ticket = reader.uint64Number()
              break
            }
            case 4: {
              obj.held = Held.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.held
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.ticket`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield * Held.codec().stream(reader, reader.uint32(), `${prefix}.held`, {
                limits: opts.limits?.held
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

  export interface WaitLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WaitRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface WaitTicketFieldEvent {
    field: '$.ticket'
    value: number
  }

  export interface WaitHeldHolderFieldEvent {
    field: '$.held.holder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface WaitHeldRequestFieldEvent {
    field: '$.held.request'
    value: number
  }

  export interface WaitHeldFenceFieldEvent {
    field: '$.held.fence'
    value: number
  }

  export interface WaitHeldTicketFieldEvent {
    field: '$.held.ticket'
    value: number
  }

  export interface WaitHeldForMsFieldEvent {
    field: '$.held.forMs'
    value: number
  }

  export interface WaitHeldLeftMsFieldEvent {
    field: '$.held.leftMs'
    value: number
  }

  export function encode (obj: Partial<Wait>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Wait.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wait>): Wait {
    return decodeMessage(buf, Wait.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Wait>): Generator<WaitLockFieldEvent | WaitRequestFieldEvent | WaitTicketFieldEvent | WaitHeldHolderFieldEvent | WaitHeldRequestFieldEvent | WaitHeldFenceFieldEvent | WaitHeldTicketFieldEvent | WaitHeldForMsFieldEvent | WaitHeldLeftMsFieldEvent> {
    return streamMessage(buf, Wait.codec(), opts)
  }
}

export interface Held {
  holder: Uint8Array<ArrayBuffer>
  request: number
  fence: number
  ticket: number
  forMs: number
  leftMs: number
}

export namespace Held {
  let _codec: Codec<Held>

  export const codec = (): Codec<Held> => {
    if (_codec == null) {
      _codec = message<Held>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.holder != null && obj.holder.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.holder)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.fence)
        }

        if ((obj.ticket != null && obj.ticket !== 0)) {
          w.uint32(32)
          w.uint64Number(obj.ticket)
        }

        if ((obj.forMs != null && obj.forMs !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.forMs)
        }

        if ((obj.leftMs != null && obj.leftMs !== 0)) {
          w.uint32(48)
          w.uint64Number(obj.leftMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          holder: uint8ArrayAlloc(0),
          request: 0,
          fence: 0,
          ticket: 0,
          forMs: 0,
          leftMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.holder = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.fence = reader.uint64Number()
              break
            }
            case 4: {
              obj.ticket = reader.uint64Number()
              break
            }
            case 5: {
              obj.forMs = reader.uint64Number()
              break
            }
            case 6: {
              obj.leftMs = reader.uint64Number()
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
                field: `${prefix}.holder`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.ticket`,
                value: reader.uint64Number()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.forMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.leftMs`,
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

  export interface HeldHolderFieldEvent {
    field: '$.holder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HeldRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface HeldFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface HeldTicketFieldEvent {
    field: '$.ticket'
    value: number
  }

  export interface HeldForMsFieldEvent {
    field: '$.forMs'
    value: number
  }

  export interface HeldLeftMsFieldEvent {
    field: '$.leftMs'
    value: number
  }

  export function encode (obj: Partial<Held>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Held.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Held>): Held {
    return decodeMessage(buf, Held.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Held>): Generator<HeldHolderFieldEvent | HeldRequestFieldEvent | HeldFenceFieldEvent | HeldTicketFieldEvent | HeldForMsFieldEvent | HeldLeftMsFieldEvent> {
    return streamMessage(buf, Held.codec(), opts)
  }
}

export interface Refuse {
  lock: Uint8Array<ArrayBuffer>
  request: number
  reason: number
}

export namespace Refuse {
  let _codec: Codec<Refuse>

  export const codec = (): Codec<Refuse> => {
    if (_codec == null) {
      _codec = message<Refuse>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.reason != null && obj.reason !== 0)) {
          w.uint32(24)
          w.uint32(obj.reason)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0,
          reason: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.reason = reader.uint32()
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.reason`,
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

  export interface RefuseLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface RefuseRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface RefuseReasonFieldEvent {
    field: '$.reason'
    value: number
  }

  export function encode (obj: Partial<Refuse>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Refuse.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refuse>): Refuse {
    return decodeMessage(buf, Refuse.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refuse>): Generator<RefuseLockFieldEvent | RefuseRequestFieldEvent | RefuseReasonFieldEvent> {
    return streamMessage(buf, Refuse.codec(), opts)
  }
}

export interface Release {
  lock: Uint8Array<ArrayBuffer>
  request: number
  fence: number
  mark: Uint8Array<ArrayBuffer>
}

export namespace Release {
  let _codec: Codec<Release>

  export const codec = (): Codec<Release> => {
    if (_codec == null) {
      _codec = message<Release>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.fence)
        }

        if ((obj.mark != null && obj.mark.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.mark)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0,
          fence: 0,
          mark: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.request = reader.uint64Number()
              break
            }
            case 3: {
              obj.fence = reader.uint64Number()
              break
            }
            case 4: {
              obj.mark = reader.bytes()
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.request`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.mark`,
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

  export interface ReleaseLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReleaseRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export interface ReleaseFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface ReleaseMarkFieldEvent {
    field: '$.mark'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Release>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Release.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Release>): Release {
    return decodeMessage(buf, Release.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Release>): Generator<ReleaseLockFieldEvent | ReleaseRequestFieldEvent | ReleaseFenceFieldEvent | ReleaseMarkFieldEvent> {
    return streamMessage(buf, Release.codec(), opts)
  }
}

export interface Released {
  lock: Uint8Array<ArrayBuffer>
  request: number
}

export namespace Released {
  let _codec: Codec<Released>

  export const codec = (): Codec<Released> => {
    if (_codec == null) {
      _codec = message<Released>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.request != null && obj.request !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.request)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          request: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
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
                field: `${prefix}.lock`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
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

  export interface ReleasedLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ReleasedRequestFieldEvent {
    field: '$.request'
    value: number
  }

  export function encode (obj: Partial<Released>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Released.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Released>): Released {
    return decodeMessage(buf, Released.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Released>): Generator<ReleasedLockFieldEvent | ReleasedRequestFieldEvent> {
    return streamMessage(buf, Released.codec(), opts)
  }
}

export interface Query {
  lock: Uint8Array<ArrayBuffer>
  serial: number
  seen: number
}

export namespace Query {
  let _codec: Codec<Query>

  export const codec = (): Codec<Query> => {
    if (_codec == null) {
      _codec = message<Query>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.serial)
        }

        if ((obj.seen != null && obj.seen !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.seen)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          serial: 0,
          seen: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.serial = reader.uint64Number()
              break
            }
            case 3: {
              obj.seen = reader.uint64Number()
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
                field: `${prefix}.lock`,
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
                field: `${prefix}.seen`,
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

  export interface QueryLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuerySerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface QuerySeenFieldEvent {
    field: '$.seen'
    value: number
  }

  export function encode (obj: Partial<Query>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Query.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Query>): Query {
    return decodeMessage(buf, Query.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Query>): Generator<QueryLockFieldEvent | QuerySerialFieldEvent | QuerySeenFieldEvent> {
    return streamMessage(buf, Query.codec(), opts)
  }
}

export interface State {
  lock: Uint8Array<ArrayBuffer>
  serial: number
  fence: number
  hasForgotten: boolean
  waiting: number
  held?: Held
}

export namespace State {
  let _codec: Codec<State>

  export const codec = (): Codec<State> => {
    if (_codec == null) {
      _codec = message<State>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.lock != null && obj.lock.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.lock)
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.serial)
        }

        if ((obj.fence != null && obj.fence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.fence)
        }

        if ((obj.hasForgotten != null && obj.hasForgotten !== false)) {
          w.uint32(32)
          w.bool(obj.hasForgotten)
        }

        if ((obj.waiting != null && obj.waiting !== 0)) {
          w.uint32(40)
          w.uint32(obj.waiting)
        }

        if (obj.held != null) {
          w.uint32(50)
          Held.codec().encode(obj.held, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          lock: uint8ArrayAlloc(0),
          serial: 0,
          fence: 0,
          hasForgotten: false,
          waiting: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.lock = reader.bytes()
              break
            }
            case 2: {
              obj.serial = reader.uint64Number()
              break
            }
            case 3: {
              obj.fence = reader.uint64Number()
              break
            }
            case 4: {
              obj.hasForgotten = reader.bool()
              break
            }
            case 5: {
              obj.waiting = reader.uint32()
              break
            }
            case 6: {
              obj.held = Held.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.held
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
                field: `${prefix}.lock`,
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
                field: `${prefix}.fence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.hasForgotten`,
                value: reader.bool()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.waiting`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield * Held.codec().stream(reader, reader.uint32(), `${prefix}.held`, {
                limits: opts.limits?.held
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

  export interface StateLockFieldEvent {
    field: '$.lock'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StateSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface StateFenceFieldEvent {
    field: '$.fence'
    value: number
  }

  export interface StateHasForgottenFieldEvent {
    field: '$.hasForgotten'
    value: boolean
  }

  export interface StateWaitingFieldEvent {
    field: '$.waiting'
    value: number
  }

  export interface StateHeldHolderFieldEvent {
    field: '$.held.holder'
    value: Uint8Array<ArrayBuffer>
  }

  export interface StateHeldRequestFieldEvent {
    field: '$.held.request'
    value: number
  }

  export interface StateHeldFenceFieldEvent {
    field: '$.held.fence'
    value: number
  }

  export interface StateHeldTicketFieldEvent {
    field: '$.held.ticket'
    value: number
  }

  export interface StateHeldForMsFieldEvent {
    field: '$.held.forMs'
    value: number
  }

  export interface StateHeldLeftMsFieldEvent {
    field: '$.held.leftMs'
    value: number
  }

  export function encode (obj: Partial<State>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, State.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<State>): State {
    return decodeMessage(buf, State.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<State>): Generator<StateLockFieldEvent | StateSerialFieldEvent | StateFenceFieldEvent | StateHasForgottenFieldEvent | StateWaitingFieldEvent | StateHeldHolderFieldEvent | StateHeldRequestFieldEvent | StateHeldFenceFieldEvent | StateHeldTicketFieldEvent | StateHeldForMsFieldEvent | StateHeldLeftMsFieldEvent> {
    return streamMessage(buf, State.codec(), opts)
  }
}

export const LockFrameForm = {
  "1": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64",
    "4": "uint64",
    "5": "uint32",
    "6": "uint64",
    "7": "uint64"
  },
  "2": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64",
    "4": "uint64",
    "5": "uint64",
    "6": "bytes"
  },
  "3": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64",
    "4": {
      "1": "bytes",
      "2": "uint64",
      "3": "uint64",
      "4": "uint64",
      "5": "uint64",
      "6": "uint64"
    }
  },
  "4": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint32"
  },
  "5": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64",
    "4": "bytes"
  },
  "6": {
    "1": "bytes",
    "2": "uint64"
  },
  "7": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64"
  },
  "8": {
    "1": "bytes",
    "2": "uint64",
    "3": "uint64",
    "4": "bool",
    "5": "uint32",
    "6": {
      "1": "bytes",
      "2": "uint64",
      "3": "uint64",
      "4": "uint64",
      "5": "uint64",
      "6": "uint64"
    }
  }
} as const
