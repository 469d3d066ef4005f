/** Real nodes on a LAN, with only multicast DNS to find one another. */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { RoomDetails } from '../../src/kith.ts'
import { Lan, type LanOptions } from './lan.ts'
import { LanNodes, until } from './lan-nodes.ts'
import { reasonForNoLan } from './namespaces.ts'

const ROOM = 'Kitchen'

/** How long a cut lasts: longer than TCP, pings and reconnecting take to give up a peer. */
const CUT_MS = 40_000
/** What the product promises: reconnected this long after a cut ends. */
const RECONNECT_MS = 3_000

const reason = reasonForNoLan()

describe.skipIf(reason !== undefined)(`rooms on a LAN${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let lan: Lan
  let nodes: LanNodes

  function makeLan(options: LanOptions): void {
    lan = new Lan(options)
    nodes = new LanNodes(lan)
  }

  afterEach(() => {
    lan.destroy()
    nodes.removeData()
  })

  async function makeRoomWithAll(hosts: readonly number[]): Promise<void> {
    await Promise.all(hosts.map((host) => nodes.start(host)))
    const [first = 1, ...others] = hosts
    const { id } = await nodes.kith<RoomDetails>(first, 'room', 'create', ROOM)
    await Promise.all(others.map((host) => nodes.kith<RoomDetails>(host, 'join', id)))
  }

  it('finds peers by multicast alone, joins by id, talks and agrees', async () => {
    const hosts = [1, 2, 3]
    makeLan({ hosts: 3 })
    await makeRoomWithAll(hosts)
    const said = hosts.flatMap((host) => [`first of ${host}`, `second of ${host}`])
    for (const host of hosts) {
      await nodes.kith(host, 'send', ROOM, `first of ${host}`)
      await nodes.kith(host, 'send', ROOM, `second of ${host}`)
    }
    expect((await nodes.agreedTexts(hosts, ROOM, said.length)).toSorted()).toEqual(said.toSorted())
  })

  it('reconnects within 3 s after a cut of 40 s, and agrees on what both sides wrote meanwhile', async () => {
    makeLan({ hosts: 3 })
    await makeRoomWithAll([1, 2, 3])
    await nodes.kith(1, 'send', ROOM, 'before')
    expect(await nodes.agreedTexts([1, 2, 3], ROOM, 1)).toEqual(['before'])

    lan.cut(2)
    const cutEnds = delay(CUT_MS)
    await nodes.kith(1, 'send', ROOM, 'among the many')
    await nodes.kith(2, 'send', ROOM, 'alone')
    await until('host 3 has what host 1 said', async () => (await nodes.texts(3, ROOM)).includes('among the many'))
    await until('host 2 notices', async () => (await nodes.connections(2)) === 0)
    expect(await nodes.texts(2, ROOM)).toEqual(['before', 'alone'])
    await cutEnds

    const healedAtMs = performance.now()
    lan.heal(2)
    await until('host 2 is connected to both', async () => (await nodes.connections(2)) === 2)
    expect(performance.now() - healedAtMs).toBeLessThan(RECONNECT_MS)
    const agreed = await nodes.agreedTexts([1, 2, 3], ROOM, 3)
    expect(agreed.toSorted()).toEqual(['before', 'among the many', 'alone'].toSorted())
  })

  it('finds peers on every network of a host, which relays what the two networks write', async () => {
    makeLan({ hosts: 3, networks: 2 })
    // Host 1 stays on both networks, host 2 on the first, host 3 on the second.
    await leaveNetwork(2, 1)
    await leaveNetwork(3, 0)
    await makeRoomWithAll([1, 2, 3])
    await nodes.kith(2, 'send', ROOM, 'from the first network')
    await nodes.kith(3, 'send', ROOM, 'from the second network')
    const agreed = await nodes.agreedTexts([1, 2, 3], ROOM, 2)
    expect(agreed.toSorted()).toEqual(['from the first network', 'from the second network'].toSorted())
    expect(await nodes.connections(2)).toBe(1)
    expect(await nodes.connections(3)).toBe(1)
  })

  async function leaveNetwork(host: number, network: number): Promise<void> {
    await once(lan.spawn(host, 'ip', ['link', 'set', `eth${network}`, 'down']), 'close')
  }
})
