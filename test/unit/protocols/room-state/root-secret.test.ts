import { describe, expect, it } from 'vitest'
import { RoomStateMachine } from '../../../../protocols/room-state/machine.ts'
import { documentIdOfDigest, type DocumentId, type PeerId } from '../../../../protocols/wire/ids.ts'

const room = documentIdOfDigest(new Uint8Array(32).fill(1))
const head = documentIdOfDigest(new Uint8Array(32).fill(2))
const stranger = 'stranger' as PeerId

/** What a peer that has proved nothing learns about a room with these heads. */
function toldToStranger(ids: DocumentId[]): unknown[] {
  const machine = new RoomStateMachine({
    self: 'self' as PeerId,
    frontier: () => ({ ids, clock: 1 }),
    refusesDocuments: () => false,
    isNewestFirst: () => false,
    checkpoint: () => undefined,
    historyFrom: () => undefined,
    base: () => undefined,
    removal: () => undefined,
    invitation: () => undefined,
    peerRecord: () => undefined,
  })
  machine.handle({ type: 'peer-up', peer: stranger, creditBytes: 0 }, 0)
  const effects = machine.handle({ type: 'command', command: { type: 'open', room } }, 0)
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.record] : []))
}

describe('metadata', () => {
  it('never names the root document, whose id would let a stranger in', () => {
    expect(toldToStranger([room])).toEqual([expect.objectContaining({ type: 'metadata', frontier: [] })])
    expect(JSON.stringify(toldToStranger([room, head]))).not.toContain(room)
  })

  it('names all other heads', () => {
    expect(toldToStranger([head])).toEqual([expect.objectContaining({ type: 'metadata', frontier: [head] })])
  })
})
