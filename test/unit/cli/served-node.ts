/** A fake node that serves the API, and commands that find it by its data folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import { FakeNode } from '../api/fake-node.ts'
import { kith, type FakeTerminal } from './fake-terminal.ts'

export type ServedNode = Awaited<ReturnType<typeof serveFakeNode>>

export async function serveFakeNode() {
  const node = new FakeNode()
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-cli-'))
  const page = join(dataDir, 'web')
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), '')
  const api = await serveApi(node, { dataDir, page, onStop: () => void api.close(), onInternalError: vi.fn() })
  return {
    ...{ node, dataDir, api },
    /** Runs a command on this node. */
    run: (argv: string[], terminal?: FakeTerminal) => kith([...argv, '--data', dataDir], terminal),
    close: async () => {
      await api.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}
