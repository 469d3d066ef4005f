import { expect, onTestFinished, test } from 'vitest'
import { whoHas } from '../../examples/who-has.ts'
import { createNode, type KithError, type KithNode, type NodeOptions } from '../../src/node.ts'

/** A node on loopback that stops with the test. */
async function start<Services extends object>(options: NodeOptions<Services>): Promise<KithNode<Services>> {
  const node = await createNode({ dataDir: ':memory:', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, ...options })
  onTestFinished(() => node.stop())
  return node
}

test("a third-party protocol runs next to Kith's, on the same connections", async () => {
  const asking = await start({ services: { whoHas: whoHas(() => false) } })
  const holding = await start({ services: { whoHas: whoHas((name) => name === 'flour') } })
  const plain = await start({})
  for (const node of [holding, plain]) await asking.connect(node.addresses()[0]!)
  expect(await asking.services.whoHas.ask('flour')).toEqual([holding.peer])
  expect(await asking.services.whoHas.ask('salt')).toEqual([])
  expect(await asking.services.whoHas.ask('x'.repeat(300))).toEqual([])
  // Kith goes on: the room is shared by the same peers.
  const room = await asking.rooms.create({ name: 'Kitchen' })
  const joined = await holding.rooms.join(room.id)
  await expect.poll(() => joined.status, { timeout: 20_000 }).toBe('open')
})

test('a service must not replace an existing one, and must not be empty', async () => {
  const badConfig = expect.objectContaining({ code: 'bad-config' }) as KithError
  for (const name of ['dht', 'registrar', 'batch-sync']) {
    await expect(start({ services: { [name]: whoHas(() => false) } }), name).rejects.toEqual(badConfig)
  }
  await expect(start({ services: { nothing: () => undefined } })).rejects.toEqual(badConfig)
})

test('an error of a service that does not start is that of createNode', async () => {
  const service = {
    start: () => Promise.reject(new Error('no such device')),
    stop: () => undefined,
  }
  await expect(start({ services: { broken: () => service } })).rejects.toThrow('no such device')
})
