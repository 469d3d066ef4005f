/** What a node does with what its machine tells. */
import { expect, it, vi } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { NodeEventHandler, type NodeEventsInit } from '../../../src/node/node-events.ts'

const [ANNA, BEN] = ['Anna' as PeerId, 'Ben' as PeerId]

it('dials a peer that the ring wants, at addresses that another one told, if it told any', async () => {
  const did: string[] = []
  const host = {
    acceptPeerRecord: async (record: Uint8Array, from: PeerId) => {
      did.push(`record of ${record.length} bytes from ${from}`)
      return ANNA
    },
    want: (peer: PeerId) => did.push(`want ${peer}`),
  }
  const introductions = { add: (by: PeerId, of: PeerId) => did.push(`${by} introduced ${of}`) }
  const init = { node: { host, machine: {} }, introductions, devices: { on: () => undefined } }
  const handler = new NodeEventHandler(init as unknown as NodeEventsInit)
  handler.handle({ type: 'ring-wanted', peer: ANNA, peerRecord: new Uint8Array(3), from: BEN })
  await vi.waitFor(() => expect(did).toContain(`want ${ANNA}`))
  expect(did).toEqual([`record of 3 bytes from ${BEN}`, `${BEN} introduced ${ANNA}`, `want ${ANNA}`])
  did.length = 0
  handler.handle({ type: 'ring-wanted', peer: ANNA, peerRecord: new Uint8Array(0), from: BEN })
  await vi.waitFor(() => expect(did).toEqual([`want ${ANNA}`]))
})
