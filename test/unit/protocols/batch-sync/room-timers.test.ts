import { describe, expect, it } from 'vitest'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncCommand, BatchSyncTimer } from '../../../../protocols/batch-sync/ports.ts'
import { documentIdOfDigest, type PeerKey } from '../../../../protocols/wire/ids.ts'

const room = documentIdOfDigest(new Uint8Array(32).fill(1))
const head = { id: documentIdOfDigest(new Uint8Array(32).fill(2)), clock: 2 }
const peer = 'peer' as PeerKey

describe('the timer of a room', () => {
  it('is set anew for a peer that left the room and came back', () => {
    const machine = new BatchSyncMachine(
      {
        has: () => true,
        heads: () => [head],
        document: () => undefined,
        ancestors: () => [],
        documentBefore: () => undefined,
        documentsAfter: () => [],
      },
      () => 0,
    )
    const command = (given: BatchSyncCommand) => machine.handle({ type: 'command', command: given }, 0)
    /** The timers that are set when a document comes by gossip that the peer may lack. */
    const timersByGossip = (byte: number): BatchSyncTimer[] => {
      const id = documentIdOfDigest(new Uint8Array(32).fill(byte))
      const effects = command({ type: 'stored', room, documents: [{ id, clock: 3 }], from: 'gossip' })
      return effects.flatMap((effect) => (effect.type === 'timer' ? [effect.timer] : []))
    }
    command({ type: 'open', room })
    machine.handle({ type: 'peer-up', peer, creditBytes: 1_000_000 }, 0)
    command({ type: 'neighbour', room, peer, frontier: [head.id] })

    const [timer] = timersByGossip(10)
    expect(timer).toMatchObject({ type: 'compare', peer, room })
    command({ type: 'neighbour-left', room, peer })
    expect(machine.handle({ type: 'timer', timer: timer! }, 2_000)).toEqual([])

    command({ type: 'neighbour', room, peer, frontier: [head.id] })
    expect(timersByGossip(11)).toEqual([timer])
  })
})
