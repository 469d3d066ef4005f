/** Reads the vectors that lie beside each protocol, and compares records with them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PROTOCOLS = join(import.meta.dirname, '../../../protocols')

export function readVectors<T>(path: string): T {
  return JSON.parse(readFileSync(join(PROTOCOLS, path), 'utf8')) as T
}

export const fromHex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'hex'))
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A frame of vectors: its records with bytes as hex. */
export interface FrameVector {
  name: string
  frame: string
  records: Record<string, unknown>[]
}

export interface FrameVectors {
  valid: FrameVector[]
  lenient: FrameVector[]
  invalid: { name: string; frame: string }[]
}

/** A record as vectors have it: bytes as hex. */
export function withHexBytes(record: object): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return toHex(value)
    return Array.isArray(value) ? value.map(plain) : value
  }
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plain(value)]))
}

/** A record of vectors as the codec wants it: hex as bytes, in the fields that are bytes. */
export function withBytes(record: Record<string, unknown>): Record<string, unknown> {
  const bytes = ['proof', 'peerRecord', 'blocks']
  const read = (value: unknown): unknown => (Array.isArray(value) ? value.map(read) : fromHex(value as string))
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, bytes.includes(name) ? read(value) : value]),
  )
}

/** Whether a frame gives records of named rooms, or the Error that resets the stream, and nothing else. */
export function givesRecordsOrError(decode: (frame: Uint8Array) => { topic: string }[], frame: Uint8Array): boolean {
  try {
    return decode(frame).every(({ topic }) => /^[0-9a-f]{64}$/.test(topic))
  } catch (error) {
    return error instanceof Error
  }
}
