import { describe, expect, it } from 'vitest'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncCommand, BatchSyncTimer } from '../../../../protocols/batch-sync/ports.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { HeldDocuments, idOf, peer, room, standing } from './held-documents.ts'

describe('the timer of a room', () => {
  it('is set anew for a peer that left the room and came back', () => {
    const ports = new HeldDocuments()
    const head = ports.add(idOf('head'), { clock: 2 })
    const machine = new BatchSyncMachine({ self: 'self' as PeerId, ports, random: () => 0 })
    const command = (given: BatchSyncCommand) => machine.handle({ type: 'command', command: given }, 0)
    /** The timers set when a document arrives by gossip that the peer may lack. */
    const timersByGossip = (label: string): BatchSyncTimer[] => {
      const documents = [{ id: idOf(label), clock: 3, author: peer, seq: 0 }]
      const effects = command({ type: 'stored', room, documents, from: 'gossip' })
      return effects.flatMap((effect) => (effect.type === 'timer' ? [effect.timer] : []))
    }
    command({ type: 'open', room })
    machine.handle({ type: 'peer-up', peer, creditBytes: 1_000_000 }, 0)
    command({ type: 'neighbour', room, peer, ...standing([head.id]) })

    const [timer] = timersByGossip('a')
    expect(timer).toMatchObject({ type: 'compare', peer, room })
    command({ type: 'neighbour-left', room, peer })
    expect(machine.handle({ type: 'timer', timer: timer! }, 2_000)).toEqual([])

    command({ type: 'neighbour', room, peer, ...standing([head.id]) })
    expect(timersByGossip('b')).toEqual([timer])
  })
})
