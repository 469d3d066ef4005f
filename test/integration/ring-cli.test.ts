/** Slices and loads of the ring by the command line, among real processes. */
import { expect, test, vi } from 'vitest'
import type { RingLoadReport } from '../../src/api/ring-load.ts'
import type { RingSliceRecord } from '../../src/api/ring-slice.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

async function ringOf(count: number): Promise<NodeProcess[]> {
  const first = await kith.start()
  const others = await Promise.all(Array.from({ length: count - 1 }, () => kith.start({ peers: [first.address] })))
  const nodes = [first, ...others]
  for (const { api } of nodes)
    await vi.waitFor(
      async () => expect(await api.call('ring.status', {})).toMatchObject({ connected: count - 1 }),
      POLL,
    )
  return nodes
}

/** With one copy, so that only one node keeps it. */
async function putOnce({ api }: NodeProcess, ...texts: string[]): Promise<string[]> {
  const value = (text: string): string => Buffer.from(text).toString('base64')
  const puts = await Promise.all(texts.map((text) => api.call('ring.put', { value: value(text), copies: 1 })))
  return puts.map(({ key }) => key)
}

const openSlices = async ({ api }: NodeProcess): Promise<number> => (await api.call('ring.status', {})).slices.length

test('a slice lists what all hold, then what is new wherever it was put, and is closed however its reader ends', async () => {
  const nodes = await ringOf(3)
  const reader = nodes[0]!
  const texts = Array.from({ length: 30 }, (_, index) => `item ${index}`)
  const keys = await putOnce(nodes[1]!, ...texts)
  const lines = await kith.json<RingSliceRecord>(reader.dataDir, 'ring', 'slice', '0..0')
  expect(lines.flatMap((line) => (line.event === 'item' ? [line.item.key] : [])).toSorted()).toEqual(keys.toSorted())
  expect(lines.at(-1)).toMatchObject({ event: 'slice', slice: { equalWith: expect.any(Array) as string[] } })
  await vi.waitFor(async () => expect(await openSlices(reader)).toBe(0), POLL)

  const [watching, killed] = [1, 2].map(() => kith.begin(reader.dataDir, 'ring', 'slice', '0..0', '--watch'))
  for (const command of [watching!, killed!])
    await vi.waitFor(() => expect(command.out).toContain('Ctrl-C ends this.'), POLL)
  expect(await openSlices(reader)).toBe(2)
  // More than the few that the reader itself keeps; and sooner than the next comparison in its turn comes.
  const later = await putOnce(nodes[2]!, ...texts.map((text) => `later ${text}`))
  for (const command of [watching!, killed!]) {
    await vi.waitFor(() => {
      for (const key of later) expect(command.out).toContain(`+ ${key}`)
    }, POLL)
  }
  await killed!.end('SIGKILL')
  await vi.waitFor(async () => expect(await openSlices(reader)).toBe(1), POLL)
  const { exitCode, out, err } = await watching!.end('SIGINT')
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  expect(out).toContain(`Closed: ${later.length} items came.`)
  await vi.waitFor(async () => expect(await openSlices(reader)).toBe(0), POLL)
  await Promise.all(nodes.map((node) => node.stop()))
})

test('a slice goes on without a holder that was killed', async () => {
  const nodes = await ringOf(3)
  const [reader, holder, killed] = nodes as [NodeProcess, NodeProcess, NodeProcess]
  const watching = kith.begin(reader.dataDir, 'ring', 'slice', '0..0', '--watch', '--json')
  const states = (): string[][] =>
    watching.out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as RingSliceRecord)
      .flatMap((record) => (record.event === 'slice' ? [record.slice.holders] : []))
  await vi.waitFor(() => expect(states().at(-1)).toHaveLength(2), POLL)
  await killed.kill()
  await vi.waitFor(() => expect(states().at(-1)).toEqual([holder.peer]), POLL)
  const keys = await putOnce(holder, ...Array.from({ length: 20 }, (_, index) => `after ${index}`))
  await vi.waitFor(() => {
    for (const key of keys) expect(watching.out).toContain(key)
  }, POLL)
  await watching.end('SIGINT')
  await Promise.all([reader, holder].map((node) => node.stop()))
})

test('a load loses nothing, also while a node that keeps things is killed', async () => {
  const nodes = await ringOf(5)
  const command = kith.begin(
    nodes[0]!.dataDir,
    ...['ring', 'load', '--ops', '200', '--put', '0.5', '--keys', '20', '--seed', '1', '--json'],
  )
  // Where a node lies is random, and so is how much of this it keeps.
  const killed = await vi.waitFor(async () => {
    for (const node of nodes.slice(1)) if ((await node.api.call('ring.status', {})).items > 5) return node
    throw new Error('no node keeps anything yet')
  }, POLL)
  await killed.kill()
  const { exitCode, out, err } = await command.ended()
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  const report = JSON.parse(out) as RingLoadReport
  expect(report).toMatchObject({ seed: 1, ops: 200, done: 200, lost: 0, outdated: 0, wrong: 0 })
  await Promise.all(nodes.filter((node) => node !== killed).map((node) => node.stop()))
})
