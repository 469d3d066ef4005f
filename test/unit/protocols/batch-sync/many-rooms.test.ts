/** A peer that shares many rooms: what happens in one of them costs nothing for the others. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CREDIT_BYTES } from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncCommand, BatchSyncEffect, BatchSyncPorts } from '../../../../protocols/batch-sync/ports.ts'
import type { DocumentId, RoomId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { RoomSession } from '../../../../protocols/batch-sync/room-session.ts'
import { HeldDocuments, idOf, peer, standing } from './held-documents.ts'

const ROOMS = 1_000
const rooms = Array.from({ length: ROOMS }, (_, i) => idOf(`room ${i}`))
const [first, second] = rooms as [RoomId, RoomId]

/** What one input costs for one peer in one room, in calls; more would be for other rooms. */
const MAX_CALLS = 30

let held: HeldDocuments
let machine: BatchSyncMachine
/** Reads of the store, and looks at a room. */
let calls: number

beforeEach(() => {
  held = new HeldDocuments()
  calls = 0
  for (const look of ['compare', 'take'] as const) {
    const original = RoomSession.prototype[look] as (...args: unknown[]) => never
    vi.spyOn(RoomSession.prototype, look).mockImplementation(function (this: RoomSession, ...args: unknown[]) {
      calls++
      return original.apply(this, args)
    })
  }
  machine = new BatchSyncMachine({ self: 'self' as typeof peer, ports: counted(held), random: () => 0 })
  for (const room of rooms) {
    held.setSharing(room, peer, { policy: 'share', mode: 'batch' })
    command({ type: 'open', room })
  }
  machine.handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES }, 0)
})

afterEach(() => vi.restoreAllMocks())

/** Counts what the machine reads. */
function counted(ports: BatchSyncPorts): BatchSyncPorts {
  return new Proxy(ports, {
    get(target, name: keyof BatchSyncPorts) {
      const port = target[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        calls++
        return port.apply(target, args)
      }
    },
  })
}

function command(given: BatchSyncCommand): readonly BatchSyncEffect[] {
  return machine.handle({ type: 'command', command: given }, 0)
}

function write(room: RoomId, label: string, sizeBytes = 100): readonly BatchSyncEffect[] {
  held.addChain([label], { room, sizeBytes })
  const document = { id: idOf(label), clock: 1_000, author: peer, seq: 0 }
  return command({ type: 'stored', room, documents: [document], from: 'self' })
}

function acknowledge(room: RoomId, ids: DocumentId[]): readonly BatchSyncEffect[] {
  return machine.handle({ type: 'records', from: peer, records: [{ type: 'ack', topic: topicKeyOf(room), ids }] }, 0)
}

/** The documents that are on their way to the peer, of one room. */
const inFlight = (room: RoomId): DocumentId[] =>
  machine.progress(room).flatMap((progress) => progress.inFlight.map(({ id }) => id))

const topicsOf = (effects: readonly BatchSyncEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.record.topic] : []))

describe(`a peer that shares ${ROOMS} rooms`, () => {
  it('and has all of them costs no look at the others when a document is written in one', () => {
    for (const room of rooms) {
      held.addChain([`root of ${room}`], { room })
      command({ type: 'neighbour', room, peer, ...standing([idOf(`root of ${room}`)]) })
    }
    expect(calls).toBeLessThan(MAX_CALLS * ROOMS)
    calls = 0
    const effects = write(first, 'news')
    expect(topicsOf(effects)).toEqual([topicKeyOf(first)])
    expect(calls).toBeLessThan(MAX_CALLS)
    calls = 0
    acknowledge(first, [idOf('news')])
    expect(inFlight(first)).toEqual([])
    expect(calls).toBeLessThan(MAX_CALLS)
  })

  it('and whose frontiers are ahead of us in all of them costs no look at them while nothing comes', () => {
    for (const room of rooms) {
      held.addChain([`root of ${room}`], { room })
      command({ type: 'neighbour', room, peer, ...standing([idOf(`unknown of ${room}`)]) })
    }
    calls = 0
    write(first, 'news')
    expect(calls).toBeLessThan(MAX_CALLS)
  })

  it('and takes no more of a long backlog costs no look at it', () => {
    held.addChain(
      Array.from({ length: 20 }, (_, i) => `long ${i}`),
      { room: second, sizeBytes: CREDIT_BYTES / 16 },
    )
    command({ type: 'neighbour', room: second, peer, ...standing([]) })
    expect(inFlight(second)).toHaveLength(16)
    for (const room of rooms) {
      if (room === second) continue
      held.addChain([`root of ${room}`], { room })
      command({ type: 'neighbour', room, peer, ...standing([]) })
    }
    calls = 0
    expect(topicsOf(write(first, 'news'))).toEqual([])
    expect(calls).toBeLessThan(MAX_CALLS)
  })

  it('is sent a MESSAGE of each room in turn, also over many acknowledgements', () => {
    const some = rooms.slice(0, 4)
    for (const room of some) {
      held.addChain(
        Array.from({ length: 40 }, (_, i) => `${i} of ${room}`),
        { room, sizeBytes: CREDIT_BYTES / 16 },
      )
      command({ type: 'neighbour', room, peer, ...standing([]) })
    }
    const order: RoomId[] = []
    for (let i = 0; i < 24; i++) {
      const room = some.find((each) => inFlight(each).length >= 4)!
      const effects = acknowledge(room, inFlight(room).slice(0, 4))
      order.push(...some.filter((each) => topicsOf(effects).includes(topicKeyOf(each))))
    }
    for (const room of some) expect(order.filter((each) => each === room).length).toBeGreaterThanOrEqual(4)
  })
})
