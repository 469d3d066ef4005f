/** What is to be sent to one peer of one room. */
import { describe, expect, it } from 'vitest'
import {
  MAX_DIFFERENCE,
  MAX_QUEUED,
  MAX_REMEMBERED,
  NEWEST_FIRST,
  OFFER_ABOVE_BYTES,
  READ_AHEAD,
  WALK_STEPS,
} from '../../../../protocols/batch-sync/constants.ts'
import { Share } from '../../../../protocols/batch-sync/share.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { HeldDocuments, idOf, peer, room, SHARE, standing } from './held-documents.ts'

const labels = (count: number, name = ''): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`)
const idsOf = (documents: readonly Position[]): DocumentId[] => documents.map(({ id }) => id)
const never = () => false

/** Takes so much at most, a MESSAGE's worth if not said. */
function take(
  share: Share,
  { bytes = 262_144, items = 1_536, offers = 1_000, skip = never as (id: DocumentId) => boolean } = {},
) {
  const { documents, offers: offered } = share.take(bytes, items, offers, skip)
  return { documents: idsOf(documents), offers: idsOf(offered) }
}

/** Takes all there is, which then is in flight. */
function takeAll(share: Share): DocumentId[] {
  const taken: DocumentId[] = []
  const inFlight = new Set<DocumentId>()
  for (;;) {
    if (share.isWalking) share.walkOn()
    const { documents } = take(share, { skip: (id) => inFlight.has(id) })
    taken.push(...documents)
    for (const id of documents) inFlight.add(id)
    if (documents.length === 0 && !share.isWalking) return taken
  }
}

/** A share with a peer that told its frontier. */
function shareWith(ports: HeldDocuments, frontier: readonly DocumentId[], isFull = false): Share {
  const share = new Share(room, peer, ports)
  share.learn(standing(frontier, isFull))
  return share
}

function holding(count: number, sizeBytes = 100): HeldDocuments {
  const ports = new HeldDocuments()
  ports.addChain(labels(count), { sizeBytes })
  return ports
}

describe('comparing', () => {
  it('with an empty frontier sends everything in order', () => {
    const ports = holding(40)
    const share = shareWith(ports, [])
    expect(share.compare(never)).toBe(false)
    expect(takeAll(share)).toEqual(labels(40).map(idOf))
    expect(share.isIdle).toBe(true)
  })

  it('with a frontier that is held sends what lies after it', () => {
    const share = shareWith(holding(40), [idOf('30')])
    share.compare(never)
    expect(takeAll(share)).toEqual(labels(40).slice(31).map(idOf))
  })

  it('with an equal frontier sends nothing, and says so', () => {
    const share = shareWith(holding(40), [idOf('39')])
    expect(share.compare(never)).toBe(true)
    expect(takeAll(share)).toEqual([])
    expect(share.compare(never), 'once').toBe(false)
  })

  it('with a frontier that is not all held sends nothing yet', () => {
    const ports = holding(40)
    const share = shareWith(ports, [idOf('30'), idOf('new')])
    expect(share.unheldFrontier()).toEqual([idOf('new')])
    share.compare(never)
    expect(takeAll(share)).toEqual([])
    ports.add(idOf('new'), { clock: 32, ancestors: [idOf('30')] })
    share.compare(never)
    expect(takeAll(share)).toEqual(labels(40).slice(31).map(idOf))
  })

  it('waits for what is in flight, and is not needed where that is all that was lacking', () => {
    const ports = holding(40)
    const share = shareWith(ports, [idOf('30')])
    share.compare(never)
    takeAll(share)
    share.learn(standing([idOf('33')], false))
    share.compare(() => true)
    expect(takeAll(share), 'all of it is on its way').toEqual([])
    share.compare(never)
    expect(takeAll(share)).toEqual([])
    share.compareAgain()
    share.compare(() => true)
    expect(takeAll(share)).toEqual([])
    share.compare(never)
    expect(takeAll(share)).toEqual(labels(40).slice(34).map(idOf))
  })

  it('is not done where ranges say more', () => {
    const share = shareWith(holding(40), [idOf('30')])
    share.forgetComparison()
    share.compare(never)
    expect(takeAll(share)).toEqual([])
  })

  it(`walks the history ${WALK_STEPS} documents at a time, and sends nothing meanwhile`, () => {
    const count = 3 * WALK_STEPS
    const share = shareWith(holding(count), [idOf('0')])
    share.compare(never)
    for (let steps = 1; steps < 3; steps++) {
      expect(share.isWalking).toBe(true)
      expect(take(share)).toEqual({ documents: [], offers: [] })
      share.walkOn()
    }
    expect(share.isWalking).toBe(false)
    expect(takeAll(share)).toHaveLength(count - 1)
  })

  it(`sends everything in order past a difference of ${MAX_DIFFERENCE}`, () => {
    const count = MAX_DIFFERENCE + WALK_STEPS + 10
    const ports = holding(count, 1)
    const firstTwo = (frontier: number): DocumentId[] => {
      const share = shareWith(ports, [idOf(frontier)])
      share.compare(never)
      while (share.isWalking) share.walkOn()
      return take(share, { items: 2 }).documents
    }
    expect(firstTwo(5), 'from the start').toEqual(['0', '1'].map(idOf))
    const within = count - MAX_DIFFERENCE
    expect(firstTwo(within), 'what lies after it').toEqual([within + 1, within + 2].map(idOf))
  })
})

describe('a peer that wants the newest first', () => {
  const COUNT = NEWEST_FIRST + 300

  it.each([
    ['lacks everything', [] as DocumentId[], 0],
    ['lacks what lies after its frontier', [idOf('9')], 10],
  ])(`and %s gets the last ${NEWEST_FIRST}, then the rest in order, each once`, (_what, frontier, first) => {
    const share = new Share(room, peer, holding(COUNT))
    share.learn(standing(frontier, false, true))
    share.compare(never)
    const lacking = labels(COUNT).slice(first).map(idOf)
    const newest = lacking.slice(-NEWEST_FIRST)
    expect(takeAll(share)).toEqual([...newest, ...lacking.slice(0, -NEWEST_FIRST)])
  })

  it('gets what is new in the order it is written', () => {
    const ports = holding(3)
    const share = new Share(room, peer, ports)
    share.learn(standing([idOf('2')], false, true))
    share.compare(never)
    for (const label of ['a', 'b', 'c']) share.add(ports.add(idOf(label), { clock: 9 }))
    expect(takeAll(share)).toEqual(['a', 'b', 'c'].map(idOf))
  })
})

describe('what waits', () => {
  it('is taken up to a size and a number, and goes on from there', () => {
    const share = shareWith(holding(40), [])
    share.compare(never)
    expect(take(share, { bytes: 99 }).documents).toEqual([])
    expect(take(share, { bytes: 250 }).documents).toEqual(['0', '1'].map(idOf))
    expect(take(share, { items: 3 }).documents).toEqual(['2', '3', '4'].map(idOf))
    expect(take(share, { bytes: 0 }).documents).toEqual([])
    expect(takeAll(share)).toHaveLength(35)
  })

  it('is not what the peer is known to hold, nor what is in flight', () => {
    const ports = holding(10)
    const share = shareWith(ports, [idOf('4')])
    share.compare(never)
    share.markHeld(idOf('7'))
    const skip = (id: DocumentId) => id === idOf('8')
    expect(take(share, { skip }).documents).toEqual(['5', '6', '9'].map(idOf))
  })

  it('has new documents at its end', () => {
    const ports = holding(10)
    const share = shareWith(ports, [idOf('7')])
    share.compare(never)
    share.add(ports.add(idOf('new'), { clock: 11, ancestors: [idOf('9')] }))
    expect(takeAll(share)).toEqual(['8', '9', 'new'].map(idOf))
  })

  it('is taken once, however often it was added', () => {
    const share = shareWith(holding(3), [idOf('2')])
    share.compare(never)
    for (const id of ['1', '0', '1'].map(idOf)) share.add({ id, clock: 1 })
    expect(take(share).documents).toEqual(['1', '0'].map(idOf))
  })

  it('has new documents once where all is sent in order', () => {
    const ports = holding(10)
    const share = shareWith(ports, [])
    share.compare(never)
    share.add(ports.add(idOf('new'), { clock: 11, ancestors: [idOf('9')] }))
    expect(takeAll(share)).toEqual([...labels(10), 'new'].map(idOf))
  })

  it(`is read ${READ_AHEAD} documents at a time where all is sent in order`, () => {
    const ports = holding(3 * READ_AHEAD)
    const limits = new Set<number>()
    const read = ports.documentsAfter.bind(ports)
    ports.documentsAfter = (of, after, limit) => {
      limits.add(limit)
      return read(of, after, limit)
    }
    const share = shareWith(ports, [])
    share.compare(never)
    expect(takeAll(share)).toHaveLength(3 * READ_AHEAD)
    expect([...limits]).toEqual([READ_AHEAD])
  })

  it(`is a list of at most ${MAX_QUEUED} documents; more are read in order, and none is lost`, () => {
    const ports = new HeldDocuments()
    const first = ports.add(idOf('first'), { clock: 50 })
    const share = shareWith(ports, [first.id])
    share.compare(never)
    expect(takeAll(share)).toEqual([])
    const added = labels(MAX_QUEUED + 1).map((label, i) =>
      ports.add(idOf(label), { clock: 100 + (i % 7), sizeBytes: 1 }),
    )
    for (const document of added) share.add(document)
    const sent = takeAll(share)
    expect(new Set(sent)).toEqual(new Set(idsOf(added)))
    expect(sent).toHaveLength(added.length)
    expect(sent, 'in the order of the room').toEqual(idsOf(ports.all()).slice(1))
  })
})

describe('what the peer holds', () => {
  it('is what it said last, also where it was thought to hold more', () => {
    const ports = holding(3)
    const share = shareWith(ports, [])
    share.compare(never)
    share.markHeld(idOf('1'))
    expect(takeAll(share)).toEqual(['0', '2'].map(idOf))
    share.markLacking(idOf('1'))
    expect(share.isHeld(idOf('1'))).toBe(false)
    share.add({ id: idOf('1'), clock: 2 })
    expect(takeAll(share)).toEqual([idOf('1')])
  })

  it(`is remembered for the latest ${MAX_REMEMBERED} documents`, () => {
    const share = shareWith(new HeldDocuments(), [])
    share.markHeld(idOf('first'))
    for (const label of labels(MAX_REMEMBERED - 1)) share.markHeld(idOf(label))
    expect(share.isHeld(idOf('first'))).toBe(true)
    share.markHeld(idOf('one more'))
    expect(share.isHeld(idOf('first'))).toBe(false)
    expect(share.isHeld(idOf('one more'))).toBe(true)
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
    const share = shareWith(ports, [])
    share.compare(never)
    expect(take(share)).toEqual({ documents: documents.map(idOf), offers: offers.map(idOf) })
  })

  it('are offered no further than the number of offers goes', () => {
    const ports = holding(5, sizes.large)
    const share = shareWith(ports, [])
    share.compare(never)
    expect(take(share, { offers: 2 }).offers).toEqual(['0', '1'].map(idOf))
    expect(take(share, { offers: 0 }).offers).toEqual([])
    expect(take(share, { offers: 9 }).offers).toEqual(['2', '3', '4'].map(idOf))
  })

  it('that the peer asked for go first, whole', () => {
    const ports = mixed()
    ports.setSharing(room, peer, { policy: 'share', mode: 'interactive' })
    const share = shareWith(ports, [])
    share.compare(never)
    take(share)
    share.request({ id: idOf('large'), clock: 2 })
    expect(share.isIdle).toBe(false)
    expect(take(share, { bytes: sizes.small }), 'does not fit yet').toEqual({ documents: [], offers: [] })
    expect(take(share)).toEqual({ documents: [idOf('large')], offers: [] })
    expect(share.isIdle).toBe(true)
  })
})

describe('what the peer put off', () => {
  it('waits until its time is over, and then goes before what waits after it', () => {
    const ports = holding(5)
    const share = shareWith(ports, [idOf('0')])
    share.compare(never)
    expect(take(share, { items: 3 }).documents).toEqual(['1', '2', '3'].map(idOf))
    share.defer(ports.all().slice(2, 4), 1_000)
    expect(share.isIdle).toBe(false)
    expect(takeAll(share), 'what comes after would overtake it').toEqual([])
    expect(share.resume(400)).toBe(600)
    expect(takeAll(share)).toEqual([])
    share.markHeld(idOf('2'))
    expect(share.resume(1_000)).toBe(0)
    expect(takeAll(share)).toEqual(['3', '4'].map(idOf))
    expect(share.isIdle).toBe(true)
  })

  it('waits as long as the longest time that the peer gave', () => {
    const ports = holding(3)
    const share = shareWith(ports, [])
    share.compare(never)
    takeAll(share)
    share.defer(ports.all().slice(0, 1), 2_000)
    share.defer(ports.all().slice(1), 500)
    expect(share.resume(1_999)).toBe(1)
    share.resume(2_000)
    expect(takeAll(share)).toEqual(labels(3).map(idOf))
  })

  it('holds up a comparison, which would send it before its time', () => {
    const ports = holding(3)
    const share = shareWith(ports, [idOf('0')])
    share.compare(never)
    takeAll(share)
    share.defer(ports.all().slice(1), 1_000)
    share.compareAgain()
    share.compare(never)
    expect(takeAll(share)).toEqual([])
    share.resume(1_000)
    expect(takeAll(share)).toEqual(['1', '2'].map(idOf))
  })

  it('is not sent to a peer that turns out to hold all', () => {
    const ports = holding(3)
    const share = shareWith(ports, [])
    share.compare(never)
    takeAll(share)
    share.defer(ports.all().slice(1), 1_000)
    share.learn(standing([idOf('2')], false))
    expect(share.compare(never)).toBe(true)
    share.resume(1_000)
    expect(takeAll(share)).toEqual([])
  })
})

describe('a peer', () => {
  it.each(['accept', 'none'] as const)('with the policy %s is given nothing, until it is shared with', (policy) => {
    const ports = holding(5)
    ports.setSharing(room, peer, { policy, mode: 'auto' })
    const share = shareWith(ports, [])
    expect(share.isSending).toBe(false)
    share.compare(never)
    share.add({ id: idOf('4'), clock: 5 })
    share.request({ id: idOf('0'), clock: 1 })
    expect(take(share)).toEqual({ documents: [], offers: [] })
    share.changeSharing(SHARE)
    share.compare(never)
    expect(takeAll(share)).toEqual(labels(5).map(idOf))
  })

  it('that is full is given nothing, and what it lacks once it is not', () => {
    const ports = holding(5)
    const share = shareWith(ports, [idOf('1')])
    share.compare(never)
    share.learn(standing([idOf('1')], true))
    expect(share.isSending).toBe(false)
    expect(share.isIdle, 'nothing waits for it').toBe(true)
    share.compare(never)
    share.add(ports.add(idOf('new'), { clock: 6, ancestors: [idOf('4')] }))
    expect(takeAll(share)).toEqual([])
    share.learn(standing([idOf('1')], false))
    share.compare(never)
    expect(takeAll(share)).toEqual(['2', '3', '4', 'new'].map(idOf))
  })

  it('with whom sharing ends in the middle gets nothing more', () => {
    const share = shareWith(holding(50), [])
    share.compare(never)
    expect(take(share, { items: 5 }).documents).toHaveLength(5)
    share.changeSharing({ policy: 'accept', mode: 'auto' })
    share.compare(never)
    expect(takeAll(share)).toEqual([])
  })

  it('has what was saved as sent to it', () => {
    const ports = holding(3)
    ports.saveUnacked(room, peer, idOf('1'))
    expect([...new Share(room, peer, ports).saved]).toEqual([idOf('1')])
  })
})
