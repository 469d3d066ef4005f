/** What the ring of a node asks of the host. */
import { expect, it } from 'vitest'
import type { DialledConnection } from '../../../protocols/ring/index.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { RingConnections } from '../../../src/node/ring-connections.ts'

const [NEAR, FAR] = ['near' as PeerId, 'far' as PeerId]
const dialled: DialledConnection[] = [NEAR, FAR].map((peer) => ({ peer, openedAtMs: 0, heardAtMs: 0 }))
const isNear = (peer: PeerId): boolean => peer === NEAR

it('needs nobody and closes nothing before there is a machine', () => {
  const connections = new RingConnections()
  expect([...connections.needed()]).toEqual([])
  expect(connections.spare(dialled, isNear, 0)).toEqual([])
})

it('asks the machine about those that are not near: nearby, announced rooms are found over connections', () => {
  const connections = new RingConnections()
  const ring = {
    needed: () => new Set([FAR]),
    spare: (of: readonly DialledConnection[], nowMs: number) => (nowMs === 7 ? of.map(({ peer }) => peer) : []),
  }
  connections.readFrom({ wings: { ring } } as never)
  expect([...connections.needed()]).toEqual([FAR])
  expect(connections.spare(dialled, isNear, 7)).toEqual([FAR])
})
