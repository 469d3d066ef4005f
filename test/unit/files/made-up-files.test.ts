import { expect, test } from 'vitest'
import { importPath } from '../../../src/files/import-path.ts'

const NOTHING = { put: () => Promise.reject(new Error('something was stored')) }

// The last is a folder, whose files are read whole, as those of one block are.
test.skipIf(process.platform !== 'linux').each(['/proc/self/limits', '/proc/version', '/proc/self/net/stat'])(
  '%s, which the system makes up as it is read, is refused as such',
  async (path) => {
    await expect(importPath(path, NOTHING)).rejects.toMatchObject({
      code: 'bad-path',
      message: expect.stringMatching(/^\/proc\/\S+ is made up by the system as it is read/) as string,
    })
  },
)
