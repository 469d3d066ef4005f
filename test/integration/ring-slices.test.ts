/** Slices of the ring in the library: a part of it is kept equal with the nodes that hold it. */
import { expect, onTestFinished, test } from 'vitest'
import { createNode, type KithError, type KithNode, type RingSlice } from '../../src/node.ts'

const POLL = { timeout: 20_000, interval: 20 }

async function start(): Promise<KithNode> {
  const node = await createNode({ dataDir: ':memory:', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })
  onTestFinished(() => node.stop())
  return node
}

async function connected(): Promise<[KithNode, KithNode]> {
  const [holder, reader] = await Promise.all([start(), start()])
  await reader.connect(holder.addresses()[0]!)
  for (const node of [holder, reader]) await expect.poll(() => node.ring.status().next.length, POLL).toBe(1)
  return [holder, reader]
}

const keysIn = (slice: RingSlice): string[] => [...slice.items()].map(({ key }) => key)

/** One copy each, so that of two nodes only one keeps it. */
async function putOnce(node: KithNode, texts: readonly string[]): Promise<string[]> {
  const puts = await Promise.all(texts.map((text) => node.ring.put(Buffer.from(text), { copies: 1 })))
  return puts.map(({ key }) => key).sort()
}

test('a slice has what its holders have, tells what is new, and follows its bounds', async () => {
  const [holder, reader] = await connected()
  const keys = await putOnce(
    holder,
    Array.from({ length: 40 }, (_, i) => `item ${i}`),
  )
  const had = reader.ring.status().items
  const isInPart = (key: string): boolean => key >= '40' && key < 'c0'
  const slice = await reader.ring.slice('40', 'c0')
  const told: (string | null)[] = []
  slice.on('item', ({ from }) => told.push(from))
  await slice.compared()
  expect([slice.holders, slice.equalWith, slice.share]).toEqual([[holder.peer], [holder.peer], 0.5])
  const { from, to, share } = slice
  expect(reader.ring.status().slices).toEqual([{ from, to, share }])
  expect(keysIn(slice)).toEqual(keys.filter(isInPart))
  await slice.resize('0', '0')
  await slice.compared()
  expect(keysIn(slice)).toEqual(keys)
  expect(told).toEqual(Array.from({ length: keys.length - had }, () => holder.peer))
  await slice.close()
  expect(reader.ring.status().slices).toEqual([])
})

test('bounds that are no places are refused, and so is a slice that was closed', async () => {
  const [, reader] = await connected()
  const badValue = expect.objectContaining({ code: 'bad-value' }) as KithError
  for (const bound of ['', 'xyz', '0'.repeat(65)]) {
    await expect(reader.ring.slice(bound, '80'), bound).rejects.toEqual(badValue)
  }
  const slice = await reader.ring.ownSlice()
  await slice.close()
  await expect(slice.resize('40', '80')).rejects.toEqual(badValue)
})
