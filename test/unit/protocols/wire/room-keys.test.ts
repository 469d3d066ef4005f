/** What is derived from a room's id. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentIdOfDigest, type BlockId, type PeerId, type RoomId } from '../../../../protocols/wire/ids.ts'
import {
  isRoomProof,
  openGossip,
  provideKeyOf,
  proveRoom,
  SEAL_BYTES,
  sealGossip,
  topicKeyOf,
} from '../../../../protocols/wire/room-keys.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

const { rooms, refusedGossip } = readVectors<{
  rooms: {
    room: RoomId
    topic: string
    proofs: { prover: PeerId; verifier: PeerId; proof: string }[]
    gossip: { payload: string; sealed: string }[]
    provided: { id: BlockId; key: string }[]
  }[]
  refusedGossip: { name: string; room: RoomId; sealed: string }[]
}>('wire/vectors/room-keys.json')

const room = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(documentIdOfDigest)

describe('the vectors', () => {
  it.each(rooms)('$room: topic key', ({ room: id, topic }) => {
    expect(topicKeyOf(id)).toBe(topic)
  })

  it.each(rooms.flatMap(({ room: id, proofs }) => proofs.map((vector) => ({ id, ...vector }))))(
    '$id: proof of $prover to $verifier',
    ({ id, prover, verifier, proof }) => {
      expect(toHex(proveRoom(id, prover, verifier))).toBe(proof)
      expect(isRoomProof(id, prover, verifier, fromHex(proof))).toBe(true)
    },
  )

  it.each(rooms.flatMap(({ room: id, gossip }) => gossip.map((vector) => ({ id, ...vector }))))(
    '$id: gossip of $payload.length hex digits',
    ({ id, payload, sealed }) => {
      expect(toHex(sealGossip(id, fromHex(payload)))).toBe(sealed)
      expect(toHex(openGossip(id, fromHex(sealed))!)).toBe(payload)
      expect(sealed.length).toBe(payload.length + 2 * SEAL_BYTES)
    },
  )

  it.each(rooms.flatMap(({ room: id, provided }) => provided.map((vector) => ({ room: id, ...vector }))))(
    '$room: provide key of $id',
    ({ room: id, id: block, key }) => {
      expect(provideKeyOf(id, block)).toBe(key)
    },
  )

  it.each(refusedGossip)('gossip is refused: $name', ({ room: id, sealed }) => {
    expect(openGossip(id, fromHex(sealed))).toBeUndefined()
  })
})

describe('a proof', () => {
  const [first, second] = rooms
  const { prover, verifier, proof } = first!.proofs[0]!

  it('is bound to the room and to both peers, in their roles', () => {
    expect(isRoomProof(second!.room, prover, verifier, fromHex(proof))).toBe(false)
    expect(isRoomProof(first!.room, verifier, prover, fromHex(proof))).toBe(false)
    expect(isRoomProof(first!.room, prover, prover, fromHex(proof))).toBe(false)
  })

  it.each([0, 31, 33])('of %i bytes is invalid', (length) => {
    expect(isRoomProof(first!.room, prover, verifier, new Uint8Array(length))).toBe(false)
  })

  it('is invalid after a bit flip', () => {
    fc.assert(
      fc.property(fc.nat(255), (bit) => {
        const flipped = fromHex(proof).map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        return !isRoomProof(first!.room, prover, verifier, flipped)
      }),
    )
  })
})

describe('gossip', () => {
  it('survives a round trip, is the same for the same payload, and is closed to other rooms', () => {
    fc.assert(
      fc.property(room, room, fc.uint8Array({ maxLength: 500 }), (own, other, payload) => {
        fc.pre(own !== other)
        const sealed = sealGossip(own, payload)
        expect(toHex(sealGossip(own, payload))).toBe(toHex(sealed))
        expect(toHex(openGossip(own, sealed)!)).toBe(toHex(payload))
        expect(openGossip(other, sealed)).toBeUndefined()
      }),
    )
  })

  it('is refused after any bit flip, and as random bytes', () => {
    const sealed = sealGossip(rooms[0]!.room, Uint8Array.of(1, 2, 3))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = sealed.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(openGossip(rooms[0]!.room, flipped), `bit ${bit}`).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => openGossip(rooms[0]!.room, bytes) === undefined),
    )
  })
})
