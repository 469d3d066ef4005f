import { expect, test } from 'vitest'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import type { Gossip } from '../../../src/host/host.ts'
import { GossipBridge } from '../../../src/node/gossip-bridge.ts'
import { coreOf } from './core.ts'

/** Gossip with one listener beyond the neighbours on every topic. */
class FakeGossip implements Gossip {
  readonly topics = new Set<string>()
  published = 0

  subscribe(topic: string): void {
    this.topics.add(topic)
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic)
  }

  publish(): void {
    this.published++
  }

  subscribers(): PeerId[] {
    return ['somebody' as PeerId]
  }
}

test('what is not shared with everyone is neither published nor relayed by gossip', async () => {
  const core = coreOf(0)
  const { machine, store } = core
  const gossip = new FakeGossip()
  const bridge = new GossipBridge({ gossip, machine, store, onDocument: () => undefined, onRefused: () => undefined })
  const { room } = (await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })) as { room: RoomId }
  bridge.follow(room)
  bridge.publish(room, new Uint8Array(10))
  expect([...gossip.topics]).toEqual([topicKeyOf(room)])
  expect(gossip.published).toBe(1)

  await core.command({ type: 'share', room, peer: 'peer' as PeerId, sharing: { policy: 'accept' } })
  bridge.follow(room)
  bridge.publish(room, new Uint8Array(10))
  expect([...gossip.topics]).toEqual([])
  expect(gossip.published).toBe(1)

  await core.command({ type: 'share', room, peer: 'peer' as PeerId, sharing: { policy: 'share' } })
  bridge.follow(room)
  expect([...gossip.topics]).toEqual([topicKeyOf(room)])
})
