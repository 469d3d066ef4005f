import { describe, expect, it } from 'vitest'
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  MAX_CHECKED_PORTS,
  MAX_CHECKUP_BYTES,
} from '../../../../protocols/checkup/index.ts'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('a request', () => {
  it('is the ports, as specified', () => {
    expect(encodeRequest([4001, 80])).toEqual(bytes('020fa10050'))
    expect(decodeRequest(bytes('020fa10050'))).toEqual([4001, 80])
    expect(decodeRequest(bytes('00'))).toEqual([])
  })

  it('may have more behind, of a later version', () => {
    expect(decodeRequest(bytes('010fa1ffff'))).toEqual([4001])
  })

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['half a port', bytes('010f')],
    ['port 0', bytes('010000')],
    ['one port too many', encodeRequest(Array.from({ length: MAX_CHECKED_PORTS + 1 }, () => 1))],
    ['a byte too many', new Uint8Array(MAX_CHECKUP_BYTES + 1)],
  ])('with %s is refused', (_what, request) => {
    expect(() => decodeRequest(request)).toThrow(RangeError)
  })

  it('of the largest size is read', () => {
    expect(decodeRequest(encodeRequest([1, 2, 3, 4]))).toEqual([1, 2, 3, 4])
    expect(decodeRequest(new Uint8Array(MAX_CHECKUP_BYTES))).toEqual([])
  })
})

describe('an answer', () => {
  it('is a time and outcomes, as specified', () => {
    const answer = { wallMs: 0x0102_0304_0506, dialBacks: ['reached', 'no-answer'] as const }
    const encoded = bytes('0000010203040506020104')
    expect(encodeAnswer({ ...answer, dialBacks: [...answer.dialBacks] })).toEqual(encoded)
    expect(decodeAnswer(encoded)).toEqual(answer)
  })

  it('with an outcome of a later version was not tried, as far as this one knows', () => {
    expect(decodeAnswer(bytes('000000000000000001ff')).dialBacks).toEqual(['not-tried'])
  })

  it.each([
    ['no time', bytes('00000000')],
    ['a time that no date has', bytes('ffffffffffffffff00')],
    ['fewer outcomes than it says', bytes('00000000000000000201')],
    ['too many outcomes', bytes('0000000000000000050101010101')],
  ])('with %s is refused', (_what, answer) => {
    expect(() => decodeAnswer(answer)).toThrow(RangeError)
  })
})
