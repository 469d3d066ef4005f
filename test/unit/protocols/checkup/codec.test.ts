import { describe, expect, it } from 'vitest'
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from '../../../../protocols/checkup/index.ts'
import type { CheckupAnswer } from '../../../../protocols/checkup/index.ts'
import { readVectors } from '../vectors.ts'

interface Vector {
  name: string
  bytes: string
}

interface Vectors<Fields> {
  valid: (Vector & Fields)[]
  lenient: (Vector & Fields)[]
  invalid: Vector[]
}

const { requests, answers } = readVectors<{ requests: Vectors<{ ports: number[] }>; answers: Vectors<CheckupAnswer> }>(
  'checkup/vectors/frames.json',
)

const bytesOf = ({ bytes }: Vector): Uint8Array => new Uint8Array(Buffer.from(bytes, 'hex'))

describe('a request', () => {
  it.each(requests.valid)('is written and read: $name', (vector) => {
    expect(encodeRequest(vector.ports)).toEqual(bytesOf(vector))
    expect(decodeRequest(bytesOf(vector))).toEqual(vector.ports)
  })

  it.each(requests.lenient)('is read: $name', (vector) => {
    expect(decodeRequest(bytesOf(vector))).toEqual(vector.ports)
  })

  it.each(requests.invalid)('is refused: $name', (vector) => {
    expect(() => decodeRequest(bytesOf(vector))).toThrow(RangeError)
  })
})

describe('an answer', () => {
  it.each(answers.valid)('is written and read: $name', (vector) => {
    const { wallMs, dialBacks } = vector
    expect(encodeAnswer({ wallMs, dialBacks })).toEqual(bytesOf(vector))
    expect(decodeAnswer(bytesOf(vector))).toEqual({ wallMs, dialBacks })
  })

  it.each(answers.lenient)('is read: $name', (vector) => {
    const { wallMs, dialBacks } = vector
    expect(decodeAnswer(bytesOf(vector))).toEqual({ wallMs, dialBacks })
  })

  it.each(answers.invalid)('is refused: $name', (vector) => {
    expect(() => decodeAnswer(bytesOf(vector))).toThrow(RangeError)
  })
})
