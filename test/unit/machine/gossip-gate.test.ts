import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { sealGossip, SEAL_BYTES } from '../../../protocols/wire/room-keys.ts'
import { GOSSIP_RATE_PER_AUTHOR } from '../../../src/machine/constants.ts'
import { GossipGate } from '../../../src/machine/gossip-gate.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { NOW_MS, peerA, rootOf, welcome, Writer } from '../room/history.ts'

const root = rootOf()
const room = root.id

const setUp = () => {
  const store = memoryStore()
  const gate = new GossipGate(store)
  const validate = (block: Uint8Array, nowMs = NOW_MS) => gate.validate(room, sealGossip(room, block), nowMs)
  return { store, gate, validate, writer: new Writer(root) }
}

describe('the gossip gate', () => {
  it('accepts new documents with the document, and known ones without', () => {
    const { store, validate, writer } = setUp()
    const { id, block } = writer.say(1, 'a')
    expect(validate(block)).toMatchObject({ verdict: 'accept', document: { id, block } })
    expect(validate(root.block), 'the root document').toMatchObject({ verdict: 'accept' })
    new RoomGraph(room, store).receive([root.block, block], peerA, welcome)
    expect(validate(block)).toEqual({ verdict: 'accept' })
  })

  it('rejects payloads that were not made for the room', () => {
    const { gate, validate, writer } = setUp()
    const other = rootOf('map', 2)
    const { block } = writer.say(1, 'a')
    const sealed = sealGossip(room, block)
    const changed = Uint8Array.from(sealed)
    changed[20]! ^= 1
    const verdict = (bytes: Uint8Array) => gate.validate(room, bytes, NOW_MS)
    const badSeal = { verdict: 'reject', code: 'gossip-bad-seal' }
    expect(verdict(changed)).toEqual(badSeal)
    expect(verdict(sealGossip(other.id, block))).toEqual(badSeal)
    for (const length of [0, 1, SEAL_BYTES - 1, SEAL_BYTES]) expect(verdict(new Uint8Array(length))).toEqual(badSeal)
    expect(verdict(new Uint8Array(MAX_DOCUMENT_BYTES + SEAL_BYTES))).toEqual(badSeal)
    expect(verdict(new Uint8Array(MAX_DOCUMENT_BYTES + SEAL_BYTES + 1))).toEqual({
      ...{ verdict: 'reject', code: 'gossip-too-large' },
    })
    const wrongRoom = { verdict: 'reject', code: 'gossip-wrong-room' }
    expect(validate(new Writer(other).say(1, 'a').block)).toEqual(wrongRoom)
    expect(validate(other.block)).toEqual(wrongRoom)
  })

  it('rejects anything that is not a document, or not proven by its own signature', () => {
    const { validate, writer } = setUp()
    expect(validate(Uint8Array.of(1))).toEqual({ verdict: 'reject', code: 'gossip-bad-shape' })
    expect(validate(new Uint8Array(0))).toMatchObject({ verdict: 'reject' })
    const badSignature = { verdict: 'reject', code: 'gossip-bad-signature' }
    expect(validate(writer.say(1, 'a', 'unsigned').block)).toEqual(badSignature)
    expect(validate(writer.say(1, 'b', 'wrong').block)).toEqual(badSignature)
  })

  it('ignores only an author that is too fast, until time has passed', () => {
    const { validate, writer } = setUp()
    const fast = Array.from({ length: GOSSIP_RATE_PER_AUTHOR.burst + 2 }, (_, i) => writer.say(1, `text ${i}`))
    const verdicts = fast.map(({ block }) => validate(block).verdict)
    expect(verdicts.slice(0, GOSSIP_RATE_PER_AUTHOR.burst).every((verdict) => verdict === 'accept')).toBe(true)
    expect(validate(fast.at(-1)!.block)).toEqual({ verdict: 'ignore', code: 'gossip-flood' })
    expect(validate(writer.say(2, 'slow').block).verdict).toBe('accept')
    const later = NOW_MS + 1000 / GOSSIP_RATE_PER_AUTHOR.perSecond
    expect(validate(fast.at(-1)!.block, later).verdict).toBe('accept')
    expect(validate(fast.at(-2)!.block, later).verdict).toBe('ignore')
  })
})
