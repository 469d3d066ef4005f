import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/room-state/codec.ts'
import { MAX_PEER_RECORD_BYTES } from '../../../../protocols/room-state/constants.ts'
import { RoomStateMachine } from '../../../../protocols/room-state/machine.ts'
import type { RoomStateRecord } from '../../../../protocols/room-state/records.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'
import { proveRoom, topicKeyOf } from '../../../../protocols/wire/room-keys.ts'

const room = documentIdOfDigest(new Uint8Array(32))
const self = 'self' as PeerId
const first = 'first' as PeerId
const newcomer = 'newcomer' as PeerId

/** What is sent when a newcomer joins the room of a first peer whose signed record has this size. */
function sentToNewcomer(recordBytes: number): RoomStateRecord[] {
  const machine = new RoomStateMachine({
    self,
    frontier: () => ({ ids: [], clock: 0 }),
    refusesDocuments: () => false,
    isNewestFirst: () => false,
    checkpoint: () => undefined,
    historyFrom: () => undefined,
    base: () => undefined,
    removal: () => undefined,
    invitation: () => undefined,
    peerRecord: (peer) => (peer === first ? new Uint8Array(recordBytes) : undefined),
  })
  machine.handle({ type: 'command', command: { type: 'open', room } }, 0)
  const join = (peer: PeerId) => {
    const proof = proveRoom(room, peer, self)
    const record: RoomStateRecord = {
      type: 'metadata',
      topic: topicKeyOf(room),
      serial: 1,
      proof,
      frontier: [],
      clock: 0,
      refusesDocuments: false,
      isNewestFirst: false,
    }
    machine.handle({ type: 'peer-up', peer, creditBytes: 0 }, 0)
    return machine.handle({ type: 'records', from: peer, records: [record] }, 0)
  }
  join(first)
  return join(newcomer).flatMap((effect) => (effect.type === 'send' && effect.to === newcomer ? [effect.record] : []))
}

describe('a suggestion', () => {
  it('is sent with a record as large as a frame can hold', () => {
    const sent = sentToNewcomer(MAX_PEER_RECORD_BYTES)
    expect(sent.map(({ type }) => type)).toContain('suggestion')
    expect(encodeFrames(sent).flatMap(decodeFrame)).toHaveLength(sent.length)
  })

  it('is omitted if the record is larger, because its receiver would have to close the stream', () => {
    const sent = sentToNewcomer(MAX_PEER_RECORD_BYTES + 1)
    expect(sent.map(({ type }) => type)).toEqual(['metadata-ack'])
  })
})
