/** What is to be sent to one peer in one room. */
import { describe, expect, it } from 'vitest'
import {
  HISTORY_TURN,
  MAX_QUEUED,
  MAX_REMEMBERED,
  NEW_AHEAD,
  NEWEST_FIRST,
  OFFER_ABOVE_BYTES,
  READ_AHEAD,
} from '../../../../protocols/batch-sync/constants.ts'
import { RoomSession } from '../../../../protocols/batch-sync/room-session.ts'
import type { Frontier } from '../../../../protocols/wire/frontier.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import { HeldDocuments, idOf, peer, room, SHARE, standing } from './held-documents.ts'
import { boundless, holding, idsOf, labels, never, shareWith, take, takeAll } from './room-sessions.ts'

describe('comparing', () => {
  it('with an empty frontier sends everything in order', () => {
    const ports = holding(40)
    const roomSession = shareWith(ports, [])
    expect(roomSession.compare(never)).toBe(false)
    expect(takeAll(roomSession)).toEqual(labels(40).map(idOf))
    expect(roomSession.isIdle).toBe(true)
  })

  it('with a frontier that is held sends what comes after it', () => {
    const roomSession = shareWith(holding(40), [idOf('30')])
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual(labels(40).slice(31).map(idOf))
  })

  it('with an equal frontier sends nothing, and says so', () => {
    const roomSession = shareWith(holding(40), [idOf('39')])
    expect(roomSession.compare(never)).toBe(true)
    expect(takeAll(roomSession)).toEqual([])
    expect(roomSession.compare(never), 'once').toBe(false)
  })

  it('with a frontier that is not fully held sends nothing yet', () => {
    const ports = holding(40)
    const roomSession = shareWith(ports, [idOf('30'), idOf('new')])
    expect(roomSession.unheldFrontier()).toEqual([idOf('new')])
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
    ports.add(idOf('new'), { clock: 32, ancestors: [idOf('30')] })
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual(labels(40).slice(31).map(idOf))
  })

  it('waits for what is in flight, and is unnecessary if that is all that was lacking', () => {
    const ports = holding(40)
    const roomSession = shareWith(ports, [idOf('30')])
    roomSession.compare(never)
    takeAll(roomSession)
    roomSession.learn(standing([idOf('33')], false))
    roomSession.compare(() => true)
    expect(takeAll(roomSession), 'all of it is on its way').toEqual([])
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
    roomSession.compareAgain()
    roomSession.compare(() => true)
    expect(takeAll(roomSession)).toEqual([])
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual(labels(40).slice(34).map(idOf))
  })

  it('is skipped if ranges say more', () => {
    const roomSession = shareWith(holding(40), [idOf('30')])
    roomSession.forgetComparison()
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
  })
})

describe('comparing with a peer that has more heads than it names', () => {
  /** Names at most two heads. */
  function withHeads(count: number): HeldDocuments {
    const ports = new HeldDocuments(2)
    ports.add(idOf('root'))
    for (const label of labels(count)) ports.add(idOf(label), { clock: 2, ancestors: [idOf('root')] })
    return ports
  }

  function session(ports: HeldDocuments, theirs: Frontier): RoomSession {
    const roomSession = new RoomSession(room, peer, { ports, work: boundless }, () => undefined)
    roomSession.learn({ ...standing(theirs.ids), headsDigest: theirs.headsDigest })
    return roomSession
  }

  it('sends nothing if the digests are equal, and says that it holds everything', () => {
    const ports = withHeads(5)
    const roomSession = session(ports, withHeads(5).frontier(room))
    expect(roomSession.hasUnknownHeads).toBe(false)
    expect(roomSession.compare(never)).toBe(true)
    expect(takeAll(roomSession)).toEqual([])
  })

  it('sends what was accepted since the heads were the same', () => {
    const ports = withHeads(5)
    const roomSession = session(ports, ports.frontier(room))
    for (const label of ['x', 'y']) ports.add(idOf(label), { clock: 2, ancestors: [idOf('root')] })
    expect(roomSession.hasUnknownHeads).toBe(false)
    expect(roomSession.compare(never)).toBe(false)
    expect(takeAll(roomSession)).toEqual(['x', 'y'].map(idOf))
  })

  it('sends nothing yet if it does not know the digest, even if it holds what is named', () => {
    const ports = withHeads(5)
    const [one, two] = withHeads(3).newestHeads(room, 2)
    const other = withHeads(4)
    other.add(idOf('not here'), { clock: 2, ancestors: [idOf('root')] })
    const roomSession = session(ports, { ids: [one!.id, two!.id], headsDigest: other.headsDigest(room) })
    expect(roomSession.hasUnknownHeads).toBe(true)
    expect(roomSession.unheldFrontier()).toEqual([])
    expect(roomSession.compare(never)).toBe(false)
    expect(takeAll(roomSession)).toEqual([])
    ports.add(idOf('new'), { clock: 2, ancestors: [idOf('root')] })
    roomSession.add({ id: idOf('new'), clock: 2 })
    roomSession.compare(never)
    expect(takeAll(roomSession), 'but sends what is new').toEqual([idOf('new')])
  })
})

describe('a peer that wants the newest first', () => {
  const COUNT = NEWEST_FIRST + 300

  it.each([
    ['lacks everything', [] as DocumentId[], 0],
    ['lacks what lies after its frontier', [idOf('9')], 10],
    ['lacks little', [idOf(COUNT - 10)], COUNT - 9],
  ])(`and %s gets the last ${NEWEST_FIRST}, then the rest in order, each once`, (_what, frontier, first) => {
    const roomSession = new RoomSession(room, peer, { ports: holding(COUNT), work: boundless }, () => undefined)
    roomSession.learn(standing(frontier, false, true))
    roomSession.compare(never)
    const lacking = labels(COUNT).slice(first).map(idOf)
    const newest = lacking.slice(-NEWEST_FIRST)
    expect(takeAll(roomSession)).toEqual([...newest, ...lacking.slice(0, -NEWEST_FIRST)])
  })

  it('gets what is new meanwhile before the rest, up to a number', () => {
    const ports = holding(COUNT)
    const roomSession = new RoomSession(room, peer, { ports, work: boundless }, () => undefined)
    roomSession.learn(standing([], false, true))
    roomSession.compare(never)
    const newest = take(roomSession, { items: NEWEST_FIRST }).documents
    const written = ports.addChain(labels(NEW_AHEAD + 5, 'new'), {
      clock: COUNT + 1,
      ancestors: [idOf(String(COUNT - 1))],
    })
    for (const [seq, document] of written.entries()) roomSession.addNew({ ...document, author: peer, seq })
    for (const id of newest) roomSession.markHeld(id)
    const ahead = idsOf(written).slice(0, NEW_AHEAD)
    const inOrder = [...labels(COUNT).map(idOf), ...idsOf(written)]
    const sent = new Set([...newest, ...ahead])
    expect(takeAll(roomSession)).toEqual([...ahead, ...inOrder.filter((id) => !sent.has(id))])
  })

  it('gets new documents in the order they are written', () => {
    const ports = holding(3)
    const roomSession = new RoomSession(room, peer, { ports, work: boundless }, () => undefined)
    roomSession.learn(standing([idOf('2')], false, true))
    roomSession.compare(never)
    for (const label of ['a', 'b', 'c']) roomSession.add(ports.add(idOf(label), { clock: 9 }))
    expect(takeAll(roomSession)).toEqual(['a', 'b', 'c'].map(idOf))
  })
})

describe('the queue', () => {
  it('is taken up to a size and a number, and goes on from there', () => {
    const roomSession = shareWith(holding(40), [])
    roomSession.compare(never)
    expect(take(roomSession, { bytes: 99 }).documents).toEqual([])
    expect(take(roomSession, { bytes: 250 }).documents).toEqual(['0', '1'].map(idOf))
    expect(take(roomSession, { items: 3 }).documents).toEqual(['2', '3', '4'].map(idOf))
    expect(take(roomSession, { bytes: 0 }).documents).toEqual([])
    expect(takeAll(roomSession)).toHaveLength(35)
  })

  it('leaves out what the peer is known to hold, and what is in flight', () => {
    const ports = holding(10)
    const roomSession = shareWith(ports, [idOf('4')])
    roomSession.compare(never)
    roomSession.markHeld(idOf('7'))
    const skip = (id: DocumentId) => id === idOf('8')
    expect(take(roomSession, { skip }).documents).toEqual(['5', '6', '9'].map(idOf))
  })

  it('has new documents at its end', () => {
    const ports = holding(10)
    const roomSession = shareWith(ports, [idOf('7')])
    roomSession.compare(never)
    roomSession.add(ports.add(idOf('new'), { clock: 11, ancestors: [idOf('9')] }))
    expect(takeAll(roomSession)).toEqual(['8', '9', 'new'].map(idOf))
  })

  it('gives each document once, however often it was added', () => {
    const roomSession = shareWith(holding(3), [idOf('2')])
    roomSession.compare(never)
    for (const id of ['1', '0', '1'].map(idOf)) roomSession.add({ id, clock: 1 })
    expect(take(roomSession).documents).toEqual(['1', '0'].map(idOf))
  })

  it('gives new documents once while everything is sent in order', () => {
    const ports = holding(10)
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    roomSession.add(ports.add(idOf('new'), { clock: 11, ancestors: [idOf('9')] }))
    expect(takeAll(roomSession)).toEqual([...labels(10), 'new'].map(idOf))
  })

  it('reads no more than it has space for while everything is sent in order', () => {
    const ports = holding(3 * READ_AHEAD)
    const sizeBytes = ports.all()[0]!.block.length
    let read = 0
    const documentsAfter = ports.documentsAfter.bind(ports)
    ports.documentsAfter = (of, after, limit, maxBytes) => {
      expect(limit).toBe(READ_AHEAD)
      const documents = documentsAfter(of, after, limit, maxBytes)
      read += documents.length
      return documents
    }
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    for (const count of [1, HISTORY_TURN, 10 * HISTORY_TURN, READ_AHEAD]) {
      read = 0
      expect(take(roomSession, { bytes: count * sizeBytes }).documents).toHaveLength(count)
      // The one after them does not fit.
      expect(read).toBeLessThanOrEqual(count + 1)
    }
  })

  it(`lists at most ${MAX_QUEUED} documents; more are read in order, and none is lost`, () => {
    const ports = new HeldDocuments()
    const first = ports.add(idOf('first'), { clock: 50 })
    const roomSession = shareWith(ports, [first.id])
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
    const added = labels(MAX_QUEUED + 1).map((label, i) =>
      ports.add(idOf(label), { clock: 100 + (i % 7), sizeBytes: 1 }),
    )
    for (const document of added) roomSession.add(document)
    const sent = takeAll(roomSession)
    expect(new Set(sent)).toEqual(new Set(idsOf(added)))
    expect(sent).toHaveLength(added.length)
    expect(sent, 'in the order of the room').toEqual(idsOf(ports.all()).slice(1))
  })
})

describe('what the peer holds', () => {
  it('is what it said last, even if it was thought to hold more', () => {
    const ports = holding(3)
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    roomSession.markHeld(idOf('1'))
    expect(takeAll(roomSession)).toEqual(['0', '2'].map(idOf))
    roomSession.markLacking(idOf('1'))
    expect(roomSession.isHeld(idOf('1'))).toBe(false)
    roomSession.add({ id: idOf('1'), clock: 2 })
    expect(takeAll(roomSession)).toEqual([idOf('1')])
  })

  it(`is remembered for the latest ${MAX_REMEMBERED} documents`, () => {
    const roomSession = shareWith(new HeldDocuments(), [])
    roomSession.markHeld(idOf('first'))
    for (const label of labels(MAX_REMEMBERED - 1)) roomSession.markHeld(idOf(label))
    expect(roomSession.isHeld(idOf('first'))).toBe(true)
    roomSession.markHeld(idOf('one more'))
    expect(roomSession.isHeld(idOf('first'))).toBe(false)
    expect(roomSession.isHeld(idOf('one more'))).toBe(true)
  })
})

describe('large documents', () => {
  const sizes = { small: OFFER_ABOVE_BYTES, large: OFFER_ABOVE_BYTES + 1 }

  function mixed(): HeldDocuments {
    const ports = new HeldDocuments()
    ports.add(idOf('small'), { clock: 1, sizeBytes: sizes.small })
    ports.add(idOf('large'), { clock: 2, sizeBytes: sizes.large })
    return ports
  }

  it.each([
    ['auto', ['small'], ['large']],
    ['batch', ['small', 'large'], []],
    ['interactive', [], ['small', 'large']],
  ] as const)('in mode %s', (mode, documents, offers) => {
    const ports = mixed()
    ports.setSharing(room, peer, { policy: 'share', mode })
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    expect(take(roomSession)).toEqual({ documents: documents.map(idOf), offers: offers.map(idOf) })
  })

  it('are offered up to the allowed number of offers', () => {
    const ports = holding(5, sizes.large)
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    expect(take(roomSession, { offers: 2 }).offers).toEqual(['0', '1'].map(idOf))
    expect(take(roomSession, { offers: 0 }).offers).toEqual([])
    expect(take(roomSession, { offers: 9 }).offers).toEqual(['2', '3', '4'].map(idOf))
  })

  it('that the peer requested go first, in full', () => {
    const ports = mixed()
    ports.setSharing(room, peer, { policy: 'share', mode: 'interactive' })
    const roomSession = shareWith(ports, [])
    roomSession.compare(never)
    take(roomSession)
    roomSession.request({ id: idOf('large'), clock: 2 })
    expect(roomSession.isIdle).toBe(false)
    expect(take(roomSession, { bytes: sizes.small }), 'does not fit yet').toEqual({ documents: [], offers: [] })
    expect(take(roomSession)).toEqual({ documents: [idOf('large')], offers: [] })
    expect(roomSession.isIdle).toBe(true)
  })
})

describe('a peer', () => {
  it.each(['accept', 'none'] as const)(
    'with the policy %s is sent nothing until the room is shared with it',
    (policy) => {
      const ports = holding(5)
      ports.setSharing(room, peer, { policy, mode: 'auto' })
      const roomSession = shareWith(ports, [])
      expect(roomSession.isSending).toBe(false)
      roomSession.compare(never)
      roomSession.add({ id: idOf('4'), clock: 5 })
      roomSession.request({ id: idOf('0'), clock: 1 })
      expect(take(roomSession)).toEqual({ documents: [], offers: [] })
      roomSession.changeSharing(SHARE)
      roomSession.compare(never)
      expect(takeAll(roomSession)).toEqual(labels(5).map(idOf))
    },
  )

  it('that is full is sent nothing, and what it lacks once it is not full any more', () => {
    const ports = holding(5)
    const roomSession = shareWith(ports, [idOf('1')])
    roomSession.compare(never)
    roomSession.learn(standing([idOf('1')], true))
    expect(roomSession.isSending).toBe(false)
    expect(roomSession.isIdle, 'nothing waits for it').toBe(true)
    roomSession.compare(never)
    roomSession.add(ports.add(idOf('new'), { clock: 6, ancestors: [idOf('4')] }))
    expect(takeAll(roomSession)).toEqual([])
    roomSession.learn(standing([idOf('1')], false))
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual(['2', '3', '4', 'new'].map(idOf))
  })

  it('with whom sharing ends in the middle is sent nothing more', () => {
    const roomSession = shareWith(holding(50), [])
    roomSession.compare(never)
    expect(take(roomSession, { items: 5 }).documents).toHaveLength(5)
    roomSession.changeSharing({ policy: 'accept', mode: 'auto' })
    roomSession.compare(never)
    expect(takeAll(roomSession)).toEqual([])
  })

  it('has what was saved as sent to it', () => {
    const ports = holding(3)
    ports.saveUnacked(room, peer, idOf('1'))
    expect([...new RoomSession(room, peer, { ports, work: boundless }, () => undefined).saved]).toEqual([idOf('1')])
  })
})
