/** What is sent to a peer whose frontier is far back, while the difference is computed. */
import { expect, it } from 'vitest'
import { MAX_DIFFERENCE, WALK_STEPS } from '../../../../protocols/batch-sync/constants.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import { idOf, peer, type HeldDocuments } from './held-documents.ts'
import { holding, idsOf, labels, never, shareWith, take, takeAll } from './room-sessions.ts'

/** A chain, and beside it a document of the peer that is as far from the start as its end. */
function besidePeer(count: number): HeldDocuments {
  const ports = holding(count, 1)
  ports.add(idOf('peer'), { clock: count, ancestors: [idOf('0')] })
  return ports
}

it(`walks the history ${WALK_STEPS} documents at a time, and sends nothing meanwhile of what may wait for others`, () => {
  const count = 3 * WALK_STEPS
  const roomSession = shareWith(besidePeer(count), [idOf('peer')])
  roomSession.compare(never)
  for (let steps = 1; steps < 3; steps++) {
    expect(roomSession.isWalking).toBe(true)
    expect(take(roomSession)).toEqual({ documents: [], offers: [] })
    roomSession.walkOn()
  }
  expect(takeAll(roomSession)).toEqual(labels(count).slice(1).map(idOf))
})

it('sends at once what comes after a frontier far back', () => {
  const roomSession = shareWith(holding(20_000), [idOf('3473')])
  roomSession.compare(never)
  expect(roomSession.isWalking).toBe(true)
  expect(take(roomSession, { items: 2 }).documents).toEqual(['3474', '3475'].map(idOf))
  roomSession.markHeld(idOf('3474'))
  roomSession.markHeld(idOf('3475'))
  expect(takeAll(roomSession), 'each once').toEqual(labels(20_000).slice(3_476).map(idOf))
  expect(roomSession.isIdle).toBe(true)
})

it('sends what is near a frontier far back before what comes after it, and the rest once it is found', () => {
  const count = 3 * WALK_STEPS
  const ports = holding(count)
  const [frontier, clock] = [idOf('299'), 300]
  const near = ports.addChain(['near', 'nearer'], { clock: clock - 1, ancestors: [idOf('297')] })
  const far = ports.add(idOf('far'), { clock: 10, ancestors: [idOf('8')] })
  ports.add(idOf('all'), { clock: count + 1, ancestors: [idOf(count - 1), far.id, near[1]!.id] })
  const roomSession = shareWith(ports, [frontier])
  roomSession.compare(never)
  const after = [...labels(count).slice(300), 'all'].map(idOf)
  expect(take(roomSession, { items: 4 }).documents).toEqual([...idsOf(near), ...after.slice(0, 2)])
  for (const id of [...idsOf(near), ...after.slice(0, 2)]) roomSession.markHeld(id)
  while (roomSession.isWalking) roomSession.walkOn()
  expect(takeAll(roomSession)).toEqual([far.id, ...after.slice(2)])
})

it('sends what is new meanwhile once', () => {
  const ports = holding(3 * WALK_STEPS)
  const roomSession = shareWith(ports, [idOf('0')])
  roomSession.compare(never)
  const added = ports.add(idOf('new'), { clock: 3 * WALK_STEPS + 1, ancestors: [idOf(3 * WALK_STEPS - 1)] })
  roomSession.addNew({ ...added, author: peer, seq: 100 })
  expect(takeAll(roomSession)).toEqual([...labels(3 * WALK_STEPS).slice(1), 'new'].map(idOf))
})

it(`lists at most ${MAX_DIFFERENCE} documents that are not after the frontier, or sends everything in order`, () => {
  const count = MAX_DIFFERENCE + WALK_STEPS + 10
  const firstTwo = (ports: HeldDocuments, frontier: DocumentId): DocumentId[] => {
    const roomSession = shareWith(ports, [frontier])
    roomSession.compare(never)
    while (roomSession.isWalking) roomSession.walkOn()
    return take(roomSession, { items: 2 }).documents
  }
  expect(firstTwo(besidePeer(count), idOf('peer')), 'from the start').toEqual(['0', '1'].map(idOf))
  expect(firstTwo(holding(count, 1), idOf('5')), 'what lies after it').toEqual(['6', '7'].map(idOf))
})
