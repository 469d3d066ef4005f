/** Which connections a node closes because the ring does without them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_SENDS, RESEND_MS, SPARE_CONNECTIONS, SPARE_QUIET_MS } from '../../../../protocols/ring/constants.ts'
import type { DialledConnection } from '../../../../protocols/ring/index.ts'
import { spareConnections } from '../../../../protocols/ring/spare.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { OneNode, peerOf, requestsIn } from './one-node.ts'

const NOW_MS = 1_000_000
const MORE = 4

/** Each was last used a second after the one before. */
const connections = (count: number): DialledConnection[] =>
  Array.from({ length: count }, (_, index) => {
    return { peer: peerOf(index), openedAtMs: 0, heardAtMs: 1_000 * index }
  })
const nobody = (): boolean => false
const peersOf = (dialled: readonly DialledConnection[]): PeerId[] => dialled.map(({ peer }) => peer)

describe('of connections without need', () => {
  it('so many stay, and then those go that were silent longest', () => {
    const all = connections(SPARE_CONNECTIONS + MORE)
    expect(spareConnections(all.slice(0, SPARE_CONNECTIONS), nobody, NOW_MS)).toEqual([])
    expect(spareConnections(all.toReversed(), nobody, NOW_MS)).toEqual(peersOf(all.slice(0, MORE)))
  })

  it('those go first that do not answer', () => {
    const all = connections(SPARE_CONNECTIONS + 2)
    const silent = all.at(-1)!.peer
    expect(spareConnections(all, (peer) => peer === silent, NOW_MS)).toEqual([silent, all[0]!.peer])
  })

  it('none goes that was opened or used lately', () => {
    const all = connections(SPARE_CONNECTIONS + MORE)
    expect(spareConnections(all, nobody, SPARE_QUIET_MS - 1)).toEqual([])
    expect(spareConnections(all, nobody, SPARE_QUIET_MS)).toEqual([all[0]!.peer])
    const fresh = all.map((each) => ({ ...each, openedAtMs: NOW_MS - SPARE_QUIET_MS + 1 }))
    expect(spareConnections(fresh, nobody, NOW_MS)).toEqual([])
  })
})

describe('a node of the ring', () => {
  let node: OneNode
  const peers = Array.from({ length: 60 }, (_, index) => peerOf(index))
  const spare = (of: readonly PeerId[] = peers): PeerId[] =>
    node.machine.spare(
      of.map((peer) => ({ peer, openedAtMs: 0, heardAtMs: -Infinity })),
      NOW_MS,
    )

  beforeEach(() => {
    node = new OneNode()
    node.up(...peers)
  })

  it('keeps its neighbours and one finger of each part, and of the rest so many', () => {
    const { previous, next, fingers } = node.machine.view
    const needed = new Set([...previous, ...next, ...fingers].map(({ peer }) => peer))
    const left = peers.filter((peer) => !spare().includes(peer))
    for (const peer of needed) expect(left).toContain(peer)
    expect(left).toHaveLength(needed.size + SPARE_CONNECTIONS)
  })

  it('leaves peers alone that are no nodes of the ring', () => {
    expect(spare(Array.from({ length: 30 }, (_, index) => peerOf(`stranger ${index}`)))).toEqual([])
  })

  it('keeps those with whom a slice is compared', () => {
    node.command({ type: 'slice', slice: 1, part: { from: 0n, to: 0n } })
    const { holders } = node.machine.slice(1)!
    expect(holders.length).toBeGreaterThan(0)
    for (const holder of holders) expect(node.machine.needed()).toContain(holder)
    node.command({ type: 'close-slice', slice: 1 })
    const unneeded = holders.filter((holder) => !node.machine.needed().has(holder))
    expect(unneeded.length).toBeGreaterThan(0)
  })

  it('takes another finger for one that leaves a request without any sign, until it says something', () => {
    const [finger] = node.machine.view.fingers
    const ping = { type: 'ping' as const, call: 1, place: finger!.place, payload: new Uint8Array(0) }
    const [asked] = requestsIn(node.command(ping), 'hello')
    expect(asked?.to).toBe(finger!.peer)
    for (let send = 0; send < MAX_SENDS; send++) node.fire('requests', RESEND_MS)
    const isFinger = (): boolean => node.machine.view.fingers.some(({ peer }) => peer === finger!.peer)
    expect(isFinger()).toBe(false)
    node.receive(finger!.peer, { type: 'pending', request: 12_345 })
    expect(isFinger()).toBe(true)
  })
})
