/** Devices that act apart and meet now and then end up with the same rooms, aliases and marks, and then do nothing more. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDevice, deviceNode, exchange, settle, type DeviceNode } from './device-nodes.ts'

const DEVICES = 3
const ROOMS = 3

/** One thing that a user does on one device, and whether two devices meet then. */
const deed = fc.record({
  device: fc.nat(DEVICES - 1),
  room: fc.nat(ROOMS - 1),
  what: fc.constantFrom('join', 'leave', 'leave here', 'alias', 'no alias', 'read', 'run', 'meet', 'meet'),
})

type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never

async function act(nodes: readonly DeviceNode[], ids: readonly string[], { device, room, what }: Deed): Promise<void> {
  const [node, id] = [nodes[device]!, ids[room]!]
  const here = node.rooms.list().find((each) => each.id === id)
  if (what === 'meet') exchange(node, nodes[(device + 1) % DEVICES]!)
  else if (what === 'run') await node.reconciler.run()
  else if (what === 'join') await node.rooms.join(id)
  else if (what === 'leave') await here?.leave()
  else if (what === 'leave here') await here?.leave({ onlyHere: true })
  else if (what === 'alias') await here?.setAlias(`Called so by ${device}`)
  else if (what === 'no alias') await here?.setAlias(undefined)
  else if (here?.status === 'open') await here.markRead()
}

/** What the devices are to agree on. */
function agreed({ core, rooms }: DeviceNode, leftHere: ReadonlySet<string>) {
  const records = core.store.rooms().filter(({ personal }) => personal?.deviceName === undefined)
  const listed = rooms.list().map((room) => room.id)
  return records
    .filter(({ id }) => listed.includes(id) && !leftHere.has(id))
    .map(({ id, alias, personal }) => ({ id, alias, readTo: personal?.readTo }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

test('devices agree in the end, whatever was done on each, and then rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
      const nodes = Array.from({ length: DEVICES }, (_, index) => deviceNode(index))
      const [first, ...others] = nodes as [DeviceNode, ...DeviceNode[]]
      const ids: string[] = []
      for (let i = 0; i < ROOMS; i++) {
        const room = await first.rooms.create({ name: `Room ${i}` })
        await room.do('send', { text: 'something to read' })
        ids.push(room.id)
      }
      for (const [index, node] of others.entries()) await addDevice(first, node, `device ${index}`)
      await settle(...nodes)
      for (const each of deeds) await act(nodes, ids, each)
      await settle(...nodes)
      const isLeftHere = (id: string) =>
        nodes.some(({ core }) =>
          core.store.rooms().some((room) => room.id === id && room.personal?.isLeftHere === true),
        )
      const leftHere = new Set(ids.filter(isLeftHere))
      const [all, ...same] = nodes.map((node) => agreed(node, leftHere))
      for (const each of same) expect(each).toEqual(all)
      const documents = () => nodes.map(({ core, inside }) => core.store.totals(inside.id!).documents)
      const before = documents()
      for (const { reconciler } of nodes) await reconciler.run()
      expect(documents()).toEqual(before)
    }),
    { numRuns: 60 },
  )
})
