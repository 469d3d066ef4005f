/** The form of frames, beyond the vectors of each protocol. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkForm, type MessageForm } from '../../../../protocols/wire/form.ts'
import { decodeFrameLength } from '../../../../protocols/wire/frame-length.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { HelloForm, Hello } from '../../../../protocols/wire/messages.ts'

const FORM: MessageForm = { 1: 'uint64', 2: { 1: 'bytes', 2: 'bool' }, 3: 'uint32' }

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('a message', () => {
  it.each([
    ['is empty', ''],
    ['has fields of each type', '08 01  12 05 0a 01 ff 10 01  18 ffffffff0f'],
    ['has the largest numbers', '08 ffffffffffffff0f  18 ffffffff0f'],
    ['has unknown fields, in messages too', '20 05  29 0102030405060708  32 01 00  3d 01020304  12 02 50 01'],
    ['has fields repeatedly and in any order', '18 01 08 01 18 02 12 00 12 00'],
  ])('%s', (_name, hex) => {
    expect(() => checkForm(bytes(hex), FORM)).not.toThrow()
  })

  it.each([
    ['has a number above 2^53 - 1', '08 8080808080808010'],
    ['has a number above 2^32 - 1 where there is none', '18 8080808010'],
    ['has a bool of 2, in a message', '12 02 10 02'],
    ['has a message that ends after what it is in', '12 03 10 01'],
    ['has bytes that end after the message they are in', '12 02 0a 05  08 01 08 01 08'],
    ['has a number that ends after the message it is in', '12 02 10 80 01'],
    ['has a tag that ends after the message it is in', '12 01 80 01 01'],
  ])('is refused if it %s', (_name, hex) => {
    expect(() => checkForm(bytes(hex), FORM)).toThrow(RangeError)
  })

  it('as the codec writes it has its form', () => {
    const hello = fc.record({
      versions: fc.array(fc.nat(2 ** 31 - 1), { maxLength: 10 }),
      creditBytes: fc.nat(2 ** 31 - 1),
    })
    fc.assert(
      fc.property(hello, (content) => {
        expect(() => checkForm(Hello.encode(content), HelloForm)).not.toThrow()
      }),
    )
  })

  it('that has its form is read by the codec', () => {
    const isFormed = (frame: Uint8Array): boolean => {
      try {
        checkForm(frame, HelloForm)
        return true
      } catch {
        return false
      }
    }
    const frames = fc.uint8Array({ maxLength: 6 }).filter(isFormed)
    fc.assert(fc.property(frames, (frame) => Array.isArray(Hello.decode(frame).versions)))
  })

  it.each([0x00, 0x0a, 0x12, 0x80, 0xff, 0xa3])('of the largest size, all of byte %i, is refused', (byte) => {
    expect(() => checkForm(new Uint8Array(MAX_FRAME_BYTES).fill(byte), FORM)).toThrow(RangeError)
  })
})

describe('the length of a frame', () => {
  it('is a varint in its shortest form, of at most three bytes', () => {
    for (const [hex, length] of [
      ['00', 0],
      ['7fff', 127],
      ['8001', 128],
      ['ff7f', 16_383],
      ['808040', MAX_FRAME_BYTES],
    ] as const) {
      expect(decodeFrameLength(bytes(hex))).toBe(length)
    }
  })

  it('is refused in a longer form, and awaited while it is cut', () => {
    for (const hex of ['8000', '808000', '80808001', 'ffffff']) {
      expect(() => decodeFrameLength(bytes(hex))).toThrow(TypeError)
    }
    for (const hex of ['', '80', '8080']) expect(() => decodeFrameLength(bytes(hex))).toThrow(RangeError)
  })
})
