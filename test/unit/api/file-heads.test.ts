/** What the first bytes of a file tell. */
import { describe, expect, test } from 'vitest'
import { isText } from '../../../src/api/media-types.ts'
import { pictureSizeOf } from '../../../src/api/picture-size.ts'

describe('a picture', () => {
  const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
  const webp = (rest: string): Buffer => Buffer.concat([hex('52494646 00000000 57454250'), hex(rest), Buffer.alloc(16)])

  test.each([
    ['image/png', hex('89504e470d0a1a0a 0000000d 49484452 00007530 00004e20'), { width: 30_000, height: 20_000 }],
    ['image/gif', hex('474946383961 e803 d007'), { width: 1_000, height: 2_000 }],
    ['image/jpeg', hex('ffd8 ffe0 0004 0000 ffff c2 000b 08 0102 0304 00'), { width: 0x304, height: 0x102 }],
    ['image/webp', webp('56503858 0a000000 00000000 e70300 cf0700'), { width: 1_000, height: 2_000 }],
    ['image/webp', webp('56503820 00000000 000000 9d012a e843 d087'), { width: 1_000, height: 2_000 }],
    ['image/webp', webp('5650384c 00000000 2f e7c3f301'), { width: 1_000, height: 2_000 }],
    [
      'image/avif',
      hex('6973706500000000 00000010 00000020 6973706500000000 00000200 00000400'),
      { width: 512, height: 1024 },
    ],
  ])('says how many pixels it has: %s', (type, head, size) => {
    expect(pictureSizeOf(type, head)).toEqual(size)
    for (let length = 0; length < head.length; length++) pictureSizeOf(type, head.subarray(0, length))
  })

  test.each([
    ['image/png', '89504e470d0a1a0a'],
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 00000000 00000001'],
    ['image/jpeg', 'ffd8 ffe0 0001 0000 0000 0000 0000'],
    ['image/jpeg', 'ffd8 0000 0000 0000 0000 0000'],
    ['image/jpeg', 'ffd8 ffffffffffffffffffffffffff'],
    ['image/webp', '52494646'],
    ['image/avif', '69737065'],
    ['video/mp4', '00'],
  ])('may not say so: %s %s', (type, head) => {
    expect(pictureSizeOf(type, hex(head))).toBeUndefined()
  })
})

test.each([
  ['hello\n\tworld', true],
  ['Grüße aus 京都', true],
  ['é'.repeat(5_000), true],
  [`x${'é'.repeat(5_000)}`, true],
  ['', false],
  ['nothing\u0000here', false],
  ['\xff\xfe', false],
])('%j is text: %j', (content, expected) => {
  const head = content.startsWith('\xff') ? Buffer.from(content, 'latin1') : Buffer.from(content)
  expect(isText(head)).toBe(expected)
})
