import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fileErrorOf, lackOf } from './file-lacks.ts'
import { SpareDescriptor } from '../../../src/store/spare-descriptor.ts'

function spareOf(): SpareDescriptor {
  const folder = mkdtempSync(join(tmpdir(), 'kith-spare-'))
  const spare = new SpareDescriptor(folder)
  onTestFinished(() => {
    spare.close()
    rmSync(folder, { recursive: true })
  })
  return spare
}

test.each(['EMFILE', 'ENFILE', 'EAGAIN'])(
  'work that finds no descriptor (%s) gets the spare one, each time',
  (code) => {
    const spare = spareOf()
    for (let i = 0; i < 3; i++) {
      const work = vi.fn(lackOf(code, 1))
      expect(spare.use(work)).toBe('done')
      expect(work).toHaveBeenCalledTimes(2)
    }
  },
)

test('work that fails otherwise, or again, is not repeated', () => {
  const spare = spareOf()
  const missing = vi.fn(lackOf('ENOENT', 1))
  expect(() => spare.use(missing)).toThrow('ENOENT')
  expect(missing).toHaveBeenCalledTimes(1)
  const lasting = vi.fn(lackOf('EMFILE', 5))
  expect(() => spare.use(lasting)).toThrow('EMFILE')
  expect(lasting).toHaveBeenCalledTimes(2)
})

test('without a spare one, the error says what lacks', () => {
  const error = fileErrorOf('EMFILE')
  expect(error).toMatchObject({ code: 'busy', isPassing: true })
  expect(error.message).toMatch(/^too many files are open to use \/data .*ulimit -n/)
  expect(fileErrorOf('ENOSPC')).toMatchObject({ code: 'full', isPassing: true })
  expect(fileErrorOf('EIO')).toMatchObject({ code: 'io', isPassing: true })
})
