/** The list of what is in a folder that a browser sends. */
import { expect, test } from 'vitest'
import { MAX_FOLDER_ENTRIES } from '../../../protocols/file/constants.ts'
import { MAX_LISTED_ENTRIES, readFolder } from '../../../src/api/folder-body.ts'

test('as many entries are listed as a folder may have', () => {
  expect(MAX_LISTED_ENTRIES).toBe(MAX_FOLDER_ENTRIES)
})

test('a folder that comes in many pieces is read into one', async () => {
  const lines = Buffer.from(`[["${'a'.repeat(100_000)}"],3]\n`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(lines.length)
  const body = Buffer.concat([length, lines, Buffer.from('abc')])
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    // One buffer for all of them: what kept the pieces would have the last one many times.
    const piece = Buffer.alloc(1)
    for (const byte of body) {
      piece[0] = byte
      yield piece
    }
  }
  const { entries, content } = await readFolder(pieces())
  expect(entries).toEqual([{ path: ['a'.repeat(100_000)], sizeBytes: 3 }])
  let rest = ''
  for await (const piece of content) rest += Buffer.from(piece).toString()
  expect(rest).toBe('abc')
})
