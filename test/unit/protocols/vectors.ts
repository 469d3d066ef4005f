/** Reads the vectors of each protocol, and compares records with them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PROTOCOLS = join(import.meta.dirname, '../../../protocols')

export function readVectors<T>(path: string): T {
  return JSON.parse(readFileSync(join(PROTOCOLS, path), 'utf8')) as T
}

export const fromHex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Bytes in vectors that may be long: hex, or a list of hex and repeated bytes. */
export type Spelled = string | (string | [byte: string, times: number])[]

/** The bytes that are spelled like this. */
export function fromSpelled(spelled: Spelled): Uint8Array<ArrayBuffer> {
  const parts = typeof spelled === 'string' ? [spelled] : spelled
  return fromHex(parts.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join(''))
}

/** A frame in the vectors: its records with bytes as hex. */
export interface FrameVector {
  name: string
  frame: string
  records: Record<string, unknown>[]
}

export interface FrameVectors {
  valid: FrameVector[]
  lenient: FrameVector[]
  /** Read by some decoders of protobuf, refused here. */
  unusual: { name: string; frame: string }[]
  invalid: { name: string; frame: string }[]
}

/** A record as in the vectors: bytes as hex, at any depth. */
export function withHexBytes(record: object): Record<string, unknown> {
  return mapped(record, (value) => (value instanceof Uint8Array ? toHex(value) : value))
}

/** Fields of records that are bytes, or lists of bytes. */
const BYTES = ['proof', 'peerRecord', 'block', 'key', 'blocks', 'salt', 'digest', 'data']

/** A record of the vectors in the codec's form, with bytes instead of hex. */
export function withBytes(record: object): Record<string, unknown> {
  return mapped(record, (value, name) => (BYTES.includes(name) ? fromHex(value as string) : value))
}

/** A copy in which `change` replaces each value that is not a list or plain object, given its field. */
function mapped(record: object, change: (value: unknown, name: string) => unknown): Record<string, unknown> {
  const valueOf = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => valueOf(item, name))
    return isPlain(value) ? mapped(value, change) : change(value, name)
  }
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, valueOf(value, name)]))
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

/** Whether a frame gives records of named rooms, or the Error that resets the stream, and nothing else. */
export function givesRecordsOrError(decode: (frame: Uint8Array) => { topic: string }[], frame: Uint8Array): boolean {
  try {
    return decode(frame).every(({ topic }) => /^[0-9a-f]{64}$/.test(topic))
  } catch (error) {
    return error instanceof Error
  }
}
