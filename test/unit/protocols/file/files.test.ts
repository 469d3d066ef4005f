/** Documents of files of the vectors, as nodes read and write them. */
import { describe, expect, it } from 'vitest'
import { FILE_KIND } from '../../../../protocols/file/constants.ts'
import type { BlockId } from '../../../../protocols/wire/ids.ts'
import { fileBody, fileOf, type FileDescription } from '../../../../src/files/file-document.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface FileVector {
  name: string
  links: BlockId[]
  body: string
  file: Omit<FileDescription, 'sealing'> & { id: BlockId; sealing?: { key: string; root: BlockId } }
}

const { valid, ignored } = readVectors<{ valid: FileVector[]; ignored: FileVector[] }>('file/vectors/files.json')

const described = ({ sealing, ...plain }: FileVector['file']): FileDescription & { id: BlockId } => ({
  ...plain,
  ...(sealing && { sealing: { ...sealing, key: fromHex(sealing.key) } }),
})

const fileIn = ({ links, body }: FileVector) => fileOf({ kind: FILE_KIND, links, body: fromHex(body) })

describe('a document of a file', () => {
  it.each(valid)('$name', (vector) => {
    expect(fileIn(vector)).toEqual(described(vector.file))
    expect(toHex(fileBody(described(vector.file)))).toBe(vector.body)
  })

  it.each(ignored)('ignored: $name', (vector) => {
    expect(fileIn(vector)).toBeUndefined()
  })
})
