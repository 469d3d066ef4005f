/** The ring among real processes: items survive the nodes that keep them, and every node finds them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

/** Nodes that know the first one only, once the ring is whole. */
async function ringOf(count: number): Promise<NodeProcess[]> {
  const first = await kith.start()
  const others = await Promise.all(Array.from({ length: count - 1 }, () => kith.start({ peers: [first.address] })))
  const nodes = [first, ...others]
  await vi.waitFor(async () => {
    for (const node of nodes) {
      const { previous, next } = await node.api.call('ring.status', {})
      const known = new Set([...previous, ...next].map(({ peer }) => peer))
      expect(known.size).toBe(Math.min(count - 1, 4))
    }
  }, POLL)
  return nodes
}

const put = async (node: NodeProcess, text: string): Promise<string> => {
  const { key } = await node.api.call('ring.put', { value: Buffer.from(text).toString('base64') })
  return key
}
const get = async (node: NodeProcess, key: string): Promise<string | undefined> => {
  const item = await node.api.call('ring.get', { key })
  return item === null ? undefined : Buffer.from(item.value, 'base64').toString()
}

test('of five nodes, two that are killed at once take nothing with them', async () => {
  const nodes = await ringOf(5)
  // Known once its neighbours have told theirs.
  await vi.waitFor(async () => {
    const { nodes: counted } = await nodes[4]!.api.call('ring.size', {})
    expect(counted).toEqual({ count: 5, standardError: 0, known: 5, inCommon: 0 })
  }, POLL)
  const texts = Array.from({ length: 30 }, (_, index) => `item ${index}`)
  const keys = await Promise.all(texts.map((text, index) => put(nodes[index % nodes.length]!, text)))
  const [first, second, ...left] = nodes
  await Promise.all([first!.kill(), second!.kill()])
  for (const node of left) expect(await Promise.all(keys.map((key) => get(node, key)))).toEqual(texts)
  // What is lacking is copied to those that are left.
  await vi.waitFor(async () => {
    for (const key of keys) {
      const places = await left[0]!.api.call('ring.where', { key })
      expect(places.every(({ holds }) => holds)).toBe(true)
    }
  }, POLL)
  // What a node keeps outlives it.
  const again = await kith.restart(first!)
  expect((await again.api.call('ring.status', {})).items).toBeGreaterThan(0)
  await Promise.all([again, ...left].map((node) => node.stop()))
})

test('a file is put, found and got on another node; a name has versions; a message finds its way', async () => {
  const [anna, ben, carla] = (await ringOf(3)) as [NodeProcess, NodeProcess, NodeProcess]
  const file = join(anna.dataDir, 'notes.txt')
  writeFileSync(file, 'first')
  const command = async (node: NodeProcess, ...argv: string[]) => {
    const { exitCode, out, err } = await kith.run(node.dataDir, 'ring', ...argv)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    return out
  }
  const [key = ''] = (await command(anna, 'put', file, '--copies', '2', '--ttl', '7d')).split('\n')
  expect(await command(ben, 'get', key)).toBe('first')
  const copy = join(ben.dataDir, 'copy.txt')
  expect(await command(ben, 'get', key, '-o', copy)).toContain('copy.txt')
  const places = JSON.parse(await command(carla, 'where', key, '--copies', '2', '--json')) as { holds: boolean }[]
  expect(places.map(({ holds }) => holds)).toEqual([true, true])

  const named = JSON.parse(await command(anna, 'put', file, '--name', 'notes', '--json')) as {
    key: string
    sequence: number
  }
  writeFileSync(file, 'second')
  const newer = JSON.parse(await command(anna, 'put', file, '--name', 'notes', '--json')) as {
    key: string
    sequence: number
  }
  expect([named.sequence, newer]).toMatchObject([1, { key: named.key, sequence: 2 }])
  expect(await command(carla, 'get', named.key)).toBe('second')

  expect(await command(ben, 'ping', carla.peer)).toContain('is there')
  expect(await command(carla)).toMatch(/Nodes in the ring +3 nodes, all known/)
  expect(await command(carla)).toContain('Kept for others')
  await Promise.all([anna, ben, carla].map((node) => node.stop()))
})

test('a node with --no-ring has none, and others are none the worse for it', async () => {
  const first = await kith.start()
  const second = await kith.start({ peers: [first.address] })
  const without = await kith.start({ peers: [first.address], flags: ['--no-ring'] })
  await vi.waitFor(async () => expect((await first.api.call('ring.status', {})).connected).toBe(1), POLL)
  expect((await without.api.call('ring.status', {})).health).toBe('off')
  await expect(put(without, 'text')).rejects.toMatchObject({ code: 'no-ring' })
  const key = await put(first, 'text')
  expect(await get(second, key)).toBe('text')
  expect((await kith.run(without.dataDir, 'ring')).out).toContain('--no-ring')
  await Promise.all([first, second, without].map((node) => node.stop()))
})
