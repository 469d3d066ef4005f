import { expect, test } from 'vitest'
import { failureOf } from '../../../src/cli/exit.ts'
import { MIN_OPEN_FILES, requireOpenFiles } from '../../../src/cli/open-files.ts'

const limits = (max: string): string => `Limit                     Soft Limit           Hard Limit           Units
Max processes             1                    1                    processes
Max open files            ${max}                   524288               files
Max locked memory         8388608              8388608              bytes
`

test('a node is not started where it could not open its files, and it is said how to raise the limit', () => {
  const few = MIN_OPEN_FILES - 1
  expect(() => requireOpenFiles(limits(String(few)))).toThrow(
    `Only ${few} files may be open here, and a node needs ${MIN_OPEN_FILES} or more: raise the limit (ulimit -n 1024;`,
  )
  for (const enough of [String(MIN_OPEN_FILES), '1048576', 'unlimited']) requireOpenFiles(limits(enough))
})

test('where the system does not say how many files may be open, the node tries', () => {
  expect(() => requireOpenFiles('')).not.toThrow()
  expect(() => requireOpenFiles()).not.toThrow()
})

test('whatever cannot be opened for lack of descriptors is told with what to do, a module of Kith too', () => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const error = Object.assign(new Error(`${code}: too many open files, open '/x/server.js'`), { code })
    expect(failureOf(error, 'kith start')).toEqual({
      exitCode: 1,
      code: 'too-many-files',
      message: `Too many files are open (${error.message}): raise the limit (ulimit -n 1024), or end other programs.`,
    })
  }
})
