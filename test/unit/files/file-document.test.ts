import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { FILE_KIND } from '../../../protocols/file/constants.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { fileBody, fileOf, type FileDescription } from '../../../src/files/file-document.ts'
import { fileNameProblem } from '../../../src/files/file-name.ts'

const content = Buffer.from('hello')
const raw = blockIdOf('raw', content)
const dagPb = blockIdOf('dag-pb', content)
const description: FileDescription = { name: 'notes.txt', type: 'file', sizeBytes: 5 }

const documentWith = (body: Uint8Array, links: readonly BlockId[] = [dagPb], kind = FILE_KIND) => ({
  kind,
  links,
  body,
})
const fileOfBody = (value: unknown) => fileOf(documentWith(encode(value)))

describe("a file's document", () => {
  it('states its name, type and size, and links to it', () => {
    expect(fileOf(documentWith(fileBody(description), [raw]))).toEqual({ id: raw, ...description })
    const folder: FileDescription = { name: 'Photos', type: 'folder', sizeBytes: 0 }
    expect(fileOf(documentWith(fileBody(folder)))).toEqual({ id: dagPb, ...folder })
  })

  it('has a body that stays the same', () => {
    expect(Buffer.from(fileBody(description)).toString('hex')).toBe(
      'a3646e616d65696e6f7465732e7478746473697a65056474797065' + '6466696c65',
    )
  })

  it('can state every allowed name and size', () => {
    const names = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constant('a'.repeat(255)))
    fc.assert(
      fc.property(names, fc.maxSafeNat(), (name, sizeBytes) => {
        const read = fileOf(documentWith(fileBody({ name, type: 'folder', sizeBytes })))
        expect(read).toEqual(
          fileNameProblem(name) === undefined ? { id: dagPb, name, type: 'folder', sizeBytes } : undefined,
        )
      }),
    )
  })

  it('names a CIDv0 as the block that it is', () => {
    const old = CID.parse(dagPb).toV0().toString() as BlockId
    expect(fileOf(documentWith(fileBody(description), [old]))?.id).toBe(dagPb)
  })

  it('links to one thing that can be a file, and a folder is never a raw block', () => {
    const body = fileBody(description)
    expect(fileOf(documentWith(body, []))).toBeUndefined()
    expect(fileOf(documentWith(body, [raw, dagPb]))).toBeUndefined()
    expect(fileOf(documentWith(body, [blockIdOf('dag-cbor', content)]))).toBeUndefined()
    expect(fileOf(documentWith(body, ['bafkqabtimvwgy3yk' as BlockId]))).toBeUndefined()
    expect(fileOf(documentWith(fileBody({ ...description, type: 'folder' }), [raw]))).toBeUndefined()
    expect(fileOf(documentWith(body, [dagPb], 'message'))).toBeUndefined()
  })

  it('is invalid if its body says anything else', () => {
    expect(fileOfBody({ name: 'a', type: 'file', size: 1 })).toBeDefined()
    const strange: unknown[] = [
      { name: 'a', type: 'file' },
      { name: 'a', type: 'file', size: 1, mode: 0 },
      { name: '../a', type: 'file', size: 1 },
      { name: '/etc/passwd', type: 'file', size: 1 },
      { name: 'a\u202eb', type: 'file', size: 1 },
      { name: 7, type: 'file', size: 1 },
      { name: 'a', type: 'symlink', size: 1 },
      { name: 'a', type: 'file', size: -1 },
      { name: 'a', type: 'file', size: 1.5 },
      { name: 'a', type: 'file', size: '1' },
      { name: 'a', type: 'file', size: 2n ** 53n },
      ['a', 'file', 1],
      null,
      'a',
    ]
    for (const value of strange)
      expect(
        fileOfBody(value),
        JSON.stringify(value, (_, x: unknown) => String(x)),
      ).toBeUndefined()
  })

  it('is invalid if its body is encoded differently, cut, or longer than possible', () => {
    const body = fileBody(description)
    const spelled = Buffer.from(body).toString('hex')
    const otherSpellings = [
      spelled.replace('6473697a6505', '6473697a651805'), // the 5 in two bytes
      spelled.replace('a3', 'bf') + 'ff', // without a length
      `${spelled}00`,
      spelled.slice(0, -2),
      '646e616d65696e6f7465732e747874',
      '',
    ]
    for (const hex of otherSpellings) expect(fileOf(documentWith(Buffer.from(hex, 'hex')))).toBeUndefined()
    expect(fileOf(documentWith(new Uint8Array(64 * 1024).fill(0x81)))).toBeUndefined()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => fileOf(documentWith(bytes)) === undefined))
  })
})
