/** Slices of the ring as streams: who ends them, and how many there are. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openApi, type ApiClient } from '../../../src/api/client.ts'
import { MAX_SLICE_STREAMS, type RingSliceRecord } from '../../../src/api/ring-slice.ts'
import { serveApi, type ApiServer } from '../../../src/api/server.ts'
import { FakeNode } from './fake-node.ts'
import { sliceItem, type FakeSlice } from './fake-ring.ts'

let node: FakeNode
let dataDir: string
let api: ApiServer
let client: ApiClient
const onInternalError = vi.fn<(error: Error) => void>()

beforeEach(async () => {
  onInternalError.mockReset()
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-slices-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError })
  client = openApi(dataDir)
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

/** Reads a slice until it ends or is stopped. */
function read(follow: boolean, bounds = { from: '40', to: '80' }) {
  const stop = new AbortController()
  const records: RingSliceRecord[] = []
  const ended = (async () => {
    for await (const record of client.stream('ring.slice', { ...bounds, follow }, stop.signal)) records.push(record)
  })()
  return { records, ended, stop: () => stop.abort() }
}

/** The keys of what is there, and of what is new, each by its first digit. */
const keysOf = (records: readonly RingSliceRecord[]): string[] =>
  records.flatMap((record) => (record.event === 'item' ? [`${record.isNew ? '+' : ''}${record.item.key[0]!}`] : []))

async function opened(count = 1): Promise<FakeSlice> {
  await vi.waitFor(() => expect(node.ring.slices).toHaveLength(count))
  return node.ring.slices.at(-1)!
}

test('a slice ends once it was compared, and is closed then', async () => {
  const { records, ended } = read(false)
  const slice = await opened()
  await vi.waitFor(() => expect(keysOf(records)).toEqual(['1']))
  slice.get(sliceItem('5'))
  slice.finish()
  await ended
  expect(keysOf(records)).toEqual(['1', '+5'])
  const states = records.filter((record) => record.event === 'slice')
  expect(states.map((record) => record.slice.equalWith.length)).toEqual([0, 1])
  expect(states[0]?.slice).toMatchObject({ from: '40'.padEnd(64, '0'), to: '80'.padEnd(64, '0'), share: 0.25 })
  await vi.waitFor(() => expect(slice.isClosed).toBe(true))
})

test('a slice that is followed goes on until its reader is gone', async () => {
  const { records, ended, stop } = read(true)
  const slice = await opened()
  slice.finish()
  await vi.waitFor(() => expect(records).toHaveLength(3))
  slice.get(sliceItem('6', 2))
  await vi.waitFor(() => expect(keysOf(records)).toEqual(['1', '+6']))
  expect(slice.isClosed).toBe(false)
  stop()
  await ended
  await vi.waitFor(() => expect(slice.isClosed).toBe(true))
  expect(onInternalError).not.toHaveBeenCalled()
  expect(slice.listenerCount('item') + slice.listenerCount('change')).toBe(0)
})

test('what comes while what is there is listed is told once, as new', async () => {
  const { records, ended } = read(false)
  const slice = await opened()
  // Opened, but nothing is read before this runs.
  slice.get(sliceItem('7'))
  slice.finish()
  await ended
  expect(keysOf(records).filter((key) => key.endsWith('7'))).toHaveLength(1)
})

test('only so many are read at a time, and one that ended makes room', async () => {
  const readers = Array.from({ length: MAX_SLICE_STREAMS }, () => read(true))
  await opened(MAX_SLICE_STREAMS)
  await expect(read(true).ended).rejects.toMatchObject({ code: 'too-many' })
  readers[0]!.stop()
  await vi.waitFor(() => expect(node.ring.slices[0]!.isClosed).toBe(true))
  const another = read(true)
  await opened(MAX_SLICE_STREAMS + 1)
  for (const reader of [...readers, another]) reader.stop()
  await Promise.all([...readers, another].map(({ ended }) => ended))
})

test('half of the bounds is refused, and so is a slice of a node without a ring, and neither takes a place', async () => {
  for (let tries = 0; tries <= MAX_SLICE_STREAMS; tries++) {
    await expect(client.stream('ring.slice', { from: '40' }).next()).rejects.toMatchObject({ code: 'bad-value' })
    node.ring.isOn = false
    await expect(client.stream('ring.slice', {}).next()).rejects.toMatchObject({ code: 'no-ring' })
    node.ring.isOn = true
  }
  expect(node.ring.slices).toEqual([])
})
