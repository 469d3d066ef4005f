/** Encodes requests and answers of checkups, and back. Decoding is bounded and throws on malformed bytes. */
import { MAX_CHECKED_PORTS, MAX_CHECKUP_BYTES } from './constants.ts'

/** What became of a connection to a port of whoever asked; its number on the wire is its place in `DIAL_BACKS`. */
export type DialBack = 'not-tried' | 'reached' | 'refused' | 'no-route' | 'no-answer'

const DIAL_BACKS: readonly DialBack[] = ['not-tried', 'reached', 'refused', 'no-route', 'no-answer']

/** What a peer answers. */
export interface CheckupAnswer {
  /** Its wall clock as it answered, in milliseconds since 1970. */
  wallMs: number
  /** Of the ports of the request, in their order. */
  dialBacks: DialBack[]
}

const PORT_BYTES = 2
const TIME_BYTES = 8
/** The largest time of a date, which a sum with it does not exceed. */
const MAX_WALL_MS = 8.64e15

/** The ports at which the sender listens, at most MAX_CHECKED_PORTS. */
export function encodeRequest(ports: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + ports.length * PORT_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, ports.length)
  for (const [index, port] of ports.entries()) view.setUint16(1 + index * PORT_BYTES, port)
  return bytes
}

/** Throws a RangeError for too many ports, port 0, or too few bytes; ignores what follows. */
export function decodeRequest(bytes: Uint8Array): number[] {
  const view = viewOf(bytes)
  const count = view.getUint8(0)
  if (count > MAX_CHECKED_PORTS) throw new RangeError(`${count} ports, of which ${MAX_CHECKED_PORTS} are allowed`)
  const ports = Array.from({ length: count }, (_, index) => view.getUint16(1 + index * PORT_BYTES))
  if (ports.includes(0)) throw new RangeError('nothing listens on port 0')
  return ports
}

/** An answer to a request. */
export function encodeAnswer({ wallMs, dialBacks }: CheckupAnswer): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES + 1 + dialBacks.length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(wallMs))
  view.setUint8(TIME_BYTES, dialBacks.length)
  for (const [index, dialBack] of dialBacks.entries()) {
    view.setUint8(TIME_BYTES + 1 + index, DIAL_BACKS.indexOf(dialBack))
  }
  return bytes
}

/** Throws a RangeError for a time that no date has, too many outcomes, or too few bytes; ignores what follows. */
export function decodeAnswer(bytes: Uint8Array): CheckupAnswer {
  const view = viewOf(bytes)
  const wallMs = Number(view.getBigUint64(0))
  if (wallMs > MAX_WALL_MS) throw new RangeError('no date is so late')
  const count = view.getUint8(TIME_BYTES)
  if (count > MAX_CHECKED_PORTS) throw new RangeError(`${count} outcomes, of which ${MAX_CHECKED_PORTS} are allowed`)
  // One that a later version has says nothing here.
  const dialBackAt = (index: number): DialBack => DIAL_BACKS[view.getUint8(TIME_BYTES + 1 + index)] ?? 'not-tried'
  return { wallMs, dialBacks: Array.from({ length: count }, (_, index) => dialBackAt(index)) }
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length > MAX_CHECKUP_BYTES) throw new RangeError(`${bytes.length} bytes are too many for a checkup`)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
