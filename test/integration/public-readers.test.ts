/** Readers of public files: one address keeps no others from reading, and caches keep no refusal. */
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { POLL, useKith } from './kith-process.ts'

const kith = useKith()
const open: IncomingMessage[] = []

afterEach(() => {
  for (const response of open.splice(0)) response.destroy()
})

async function read(url: URL, { headers = {} } = {}): Promise<IncomingMessage> {
  const outgoing = request(url, { agent: false, headers }).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  open.push(response)
  return response
}

test('a file has at most six readers of one address, and a range that is not in it is not kept as refused', async () => {
  const dataDir = kith.folder()
  const before = await kith.start({ dataDir })
  const { id: room } = await before.api.call('rooms.create', { name: 'News', app: 'chat' })
  const path = join(dataDir, 'large.bin')
  writeFileSync(path, '')
  // More than the buffers of a connection hold.
  truncateSync(path, 32 * 2 ** 20)
  await before.api.run('files.add', { room, path })
  await before.stop()
  const node = await kith.start({ dataDir, flags: ['--public', 'News', '--public-web', '127.0.0.1:0'] })
  const { public: url } = node.started as unknown as { public: string }
  const [file] = await node.api.call('files.list', { room })
  const index = await (await fetch(url)).text()
  const [, slug] = /href="\/([0-9a-f]{24})\/"/.exec(index)!
  const address = new URL(`/${slug}/file/${file!.document}`, url)
  const wrong = await read(address, { headers: { range: `bytes=${2 ** 40}-` } })
  expect(wrong).toMatchObject({ statusCode: 416, headers: { 'cache-control': 'no-store' } })
  for (let i = 0; i < 6; i++) expect((await read(address)).statusCode).toBe(200)
  expect(await read(address)).toMatchObject({ statusCode: 429, headers: { 'cache-control': 'no-store' } })
  // As soon as one of them has gone, the next may read.
  open[1]!.destroy()
  await vi.waitFor(async () => expect((await read(address)).statusCode).toBe(200), POLL)
})
