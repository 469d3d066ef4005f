/** The description of the API that is given to others, beside the server that it describes. */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { API_PREFIX } from '../../../src/api/paths.ts'
import { GuestBook } from '../../../src/api/guests/guest-book.ts'
import { callHandlers, streamHandlers, taskHandlers } from '../../../src/api/handlers.ts'
import { serveApi } from '../../../src/api/server.ts'
import { FakeNode } from './fake-node.ts'

interface Operation {
  description: string
  requestBody: { content: { 'application/json': { schema: { required?: string[] } } } }
  responses: Record<string, { content?: Record<string, unknown> }>
}

const { paths } = JSON.parse(readFileSync(new URL('../../../docs/api/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, { post: Operation }>
}

test('every route of the server is described', () => {
  const node = new FakeNode()
  const handlers = {
    ...callHandlers(
      node,
      vi.fn(),
      { toPage: vi.fn(), toFile: vi.fn() },
      { book: new GuestBook('/nowhere'), server: undefined },
    ),
    ...streamHandlers(node),
    ...taskHandlers(node),
  }
  const served = Object.keys(handlers).map((name) => API_PREFIX + name)
  expect(Object.keys(paths).toSorted()).toEqual(served.toSorted())
})

test('the server has every described route, and accepts and refuses what the description says', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-api-'))
  const onStop = vi.fn<() => void>()
  const server = await serveApi(new FakeNode(), { dataDir, onStop, onInternalError: vi.fn() })
  onTestFinished(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })
  const post = async (path: string, body: unknown, token = server.token) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as { error: { message: string } } }
  }
  for (const [path, { post: operation }] of Object.entries(paths)) {
    const unknownField = await post(path, { unknown: 1 })
    expect({ path, status: unknownField.status }).toEqual({ path, status: 400 })
    expect(operation.responses).toHaveProperty('400')
    const { required = [] } = operation.requestBody.content['application/json'].schema
    // The server names the first field that it misses, before those that it does not know.
    const complaint = required.length > 0 ? `"${required[0]}" is missing.` : '"unknown" is not a field of this call.'
    expect({ path, said: unknownField.body.error.message }).toEqual({ path, said: complaint })
    expect({ path, status: (await post(path, {}, 'wrong')).status }).toEqual({ path, status: 401 })
  }
  expect(onStop).not.toHaveBeenCalled()
})

test('streams and tasks answer with lines, calls with one value', () => {
  const node = new FakeNode()
  const lines = Object.keys({ ...streamHandlers(node), ...taskHandlers(node) })
  for (const [path, { post: operation }] of Object.entries(paths)) {
    const type = lines.includes(path.slice(API_PREFIX.length)) ? 'application/x-ndjson' : 'application/json'
    expect({ path, types: Object.keys(operation.responses['200']?.content ?? {}) }).toEqual({ path, types: [type] })
  }
})
