/**
 * Thousands of concurrent heads by invented authors in an open room: messages of honest members arrive, each moves
 * little more than itself, and joins many of the heads.
 */
import { beforeAll, expect, test } from 'vitest'
import { decodeDocument } from '../../protocols/document/document.ts'
import { MAX_PARENTS } from '../../protocols/document/constants.ts'
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import type { MetadataRecord } from '../../protocols/room-state/records.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { joinRoom, POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { heads } from './attacks/heads.ts'
import { connectRawPeer, type RawPeer, type RawStream } from './raw-peer.ts'

/** A message that joins as many heads as it can, twice metadata with a full frontier, and acknowledgements. */
const MAX_MESSAGE_BYTES = 40_000

const LONG = { ...POLL, timeout: 120_000 }

const kith = useKith()
let node: NodeProcess
let honest: NodeProcess
let room: RoomId

beforeAll(async () => {
  node = await kith.start({ name: 'Node' })
  honest = await kith.start({ name: 'Honest', peers: [node.address] })
  room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
})

async function headsOf({ api }: NodeProcess): Promise<number> {
  return (await api.call('rooms.show', { room })).heads
}

/** A member that takes what it is sent, and then says that it holds what the node holds. */
class Watcher {
  readonly #peer: RawPeer
  readonly #state: RawStream
  readonly #sync: RawStream
  #acknowledged = 0
  #serial = 1

  constructor(peer: RawPeer, state: RawStream, sync: RawStream) {
    this.#peer = peer
    this.#state = state
    this.#sync = sync
  }

  get receivedBytes(): number {
    return [...this.#state.frames, ...this.#sync.frames].reduce((sum, { length }) => sum + length, 0)
  }

  /** Acknowledges everything new, also what is only offered; returns how many documents it has by its own account. */
  async acknowledge(): Promise<number> {
    const documents = this.#sync.batchSyncRecords.flatMap((record) => (record.type === 'message' ? record.blocks : []))
    const ids = documents.slice(this.#acknowledged).map((block) => decodeDocument(block).id)
    this.#acknowledged = documents.length
    const topic = topicKeyOf(room)
    if (ids.length > 0) await this.#sync.batchSync({ type: 'ack', topic, ids })
    const offered = this.#sync.batchSyncRecords.flatMap((record) => (record.type === 'offer' ? record.ids : []))
    if (offered.length > 0) await this.#sync.batchSync({ type: 'ack', topic, ids: offered })
    return documents.length + new Set(offered).size
  }

  /** Repeats the node's last frontier. */
  async agree(): Promise<MetadataRecord | undefined> {
    const last = this.#state.roomStateRecords.findLast((record) => record.type === 'metadata')
    if (last === undefined) return undefined
    const { frontier, headsDigest, clock } = last
    const own = this.#peer.metadata(room, ++this.#serial) as MetadataRecord
    await this.#state.roomState(
      { type: 'metadata-ack', topic: last.topic, serial: last.serial, unknown: false },
      { ...own, frontier, headsDigest, clock },
    )
    return last
  }

  stop(): Promise<void> {
    return this.#peer.stop()
  }
}

async function watch(): Promise<Watcher> {
  const peer = await connectRawPeer(node.address)
  const state = await peer.roomState()
  const sync = await peer.batchSync()
  await state.roomState(peer.metadata(room, 1))
  return new Watcher(peer, state, sync)
}

test('messages arrive, move little, and join the heads', async () => {
  const attack = heads.run({ address: node.address, room, signal: AbortSignal.timeout(240_000) })
  const said = Array.from({ length: 3 }, (_, i) => `during the attack ${i}`)
  for (const text of said) {
    await honest.send(room, text)
    await expect.poll(async () => (await node.read(room)).some((message) => message.text === text), LONG).toBe(true)
  }
  await attack
  await expect.poll(async () => (await headsOf(honest)) - (await headsOf(node)), LONG).toBe(0)
  const before = await headsOf(node)
  expect(before).toBeGreaterThan(2 * MAX_FRONTIER_IDS)

  const watcher = await watch()
  const { documents } = await node.api.call('rooms.show', { room })
  await expect.poll(() => watcher.acknowledge(), LONG).toBeGreaterThanOrEqual(documents)
  expect((await watcher.agree())?.headsDigest, 'more than its frontier names').toBeDefined()
  const messages = Math.floor((before - MAX_FRONTIER_IDS) / MAX_PARENTS)
  for (let i = 1; i <= messages; i++) {
    const bytes = watcher.receivedBytes
    await honest.send(room, `after it ${i}`)
    await expect.poll(() => headsOf(node), LONG).toBeLessThanOrEqual(before - i * (MAX_PARENTS - 1))
    await watcher.acknowledge()
    expect(watcher.receivedBytes - bytes).toBeLessThan(MAX_MESSAGE_BYTES)
    await watcher.agree()
  }
  await watcher.stop()
  expect((await node.read(room)).filter(({ text }) => said.includes(text))).toHaveLength(said.length)
  const own = await kith.start({ name: 'Newcomer', peers: [node.address] })
  await joinRoom(own, room)
  const stateHashOf = async ({ api }: NodeProcess) => (await api.call('rooms.show', { room })).stateHash
  await expect.poll(async () => (await stateHashOf(own)) === (await stateHashOf(node)), LONG).toBe(true)
}, 600_000)
