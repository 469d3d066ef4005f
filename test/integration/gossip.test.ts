/** Rooms wider than a node's neighbourhood: a member that speaks gossipsub and nothing of Kith's own. */
import { gossipsub, type GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeDocument, encodeDocument } from '../../protocols/document/document.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { openGossip, sealGossip, topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { createNode, type ChatRoom, type KithNode, type Message } from '../../src/node.ts'

let node: KithNode
let room: ChatRoom
let member: Libp2p<{ gossip: GossipSub }>
const heard: Uint8Array[] = []

beforeAll(async () => {
  node = await createNode({ dataDir: ':memory:', name: 'Anna', mdns: false, listen: ['/ip4/127.0.0.1/tcp/0'] })
  room = await node.rooms.create({ name: 'Wide' })
  member = (await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      gossip: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true }),
    },
  })) as unknown as Libp2p<{ gossip: GossipSub }>
  const topic = topicKeyOf(room.id as RoomId)
  member.services.gossip.subscribe(topic)
  member.services.gossip.addEventListener('message', ({ detail }) => heard.push(detail.data))
  await member.dial(multiaddr(node.addresses()[0] ?? ''))
  await vi.waitUntil(() => member.services.gossip.getSubscribers(topic).length === 1, { timeout: 10_000 })
})

afterAll(async () => {
  await member?.stop()
  await node?.stop()
})

test('receives messages, sealed for those who know the room', async () => {
  const { id } = await room.send('to everybody')
  const documents = await vi.waitFor(
    () => {
      const opened = heard.flatMap((sealed) => openGossip(room.id as RoomId, sealed) ?? [])
      const ids = opened.map((block) => decodeDocument(block).id)
      expect(ids).toContain(id)
      return opened
    },
    { timeout: 10_000 },
  )
  expect(documents.length).toBe(heard.length)
})

test('is delivered if its author signed it', async () => {
  const signer = signerOfSeed(new Uint8Array(32).fill(9))
  const say = (text: string, author = signer): Uint8Array =>
    encodeDocument(
      {
        room: room.id as RoomId,
        author: signer.author,
        seq: 0,
        previous: null,
        parents: [room.details().frontier[0] as DocumentId],
        clock: room.details().clock + 1,
        timeMs: 1,
        epoch: 0,
        kind: 'message',
        links: [],
        body: Buffer.from(text),
      },
      author,
    ).block
  const arrived = new Promise<Message>((resolve) => room.on('message', resolve))
  const topic = topicKeyOf(room.id as RoomId)
  const publish = (payload: Uint8Array): Promise<unknown> => member.services.gossip.publish(topic, payload)

  await publish(sealGossip(room.id as RoomId, say('forged', signerOfSeed(new Uint8Array(32).fill(8)))))
  await publish(Buffer.from('garbage'))
  await publish(sealGossip(room.id as RoomId, say('true')))

  expect(await arrived).toMatchObject({ text: 'true' })
  expect(Array.from(room.messages(), ({ text }) => text)).not.toContain('forged')
  expect(node.status().refused).toMatchObject({ 'gossip-bad-signature': 1, 'gossip-bad-seal': 1 })
})
