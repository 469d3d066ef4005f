/** Whose documents are sent first to a peer. */
import { describe, expect, it } from 'vitest'
import { MAX_QUEUED, NEWCOMER_DOCUMENTS } from '../../../../protocols/batch-sync/constants.ts'
import { SendQueue } from '../../../../protocols/batch-sync/send-queue.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { HeldDocuments, idOf, room } from './held-documents.ts'
import { idsOf, labels } from './room-sessions.ts'

/** Not the first of its author. */
const LATER = NEWCOMER_DOCUMENTS

class Sending {
  readonly ports = new HeldDocuments()
  readonly queue = new SendQueue(room, this.ports)
  readonly sent: DocumentId[] = []

  constructor() {
    this.ports.add(idOf('root'))
  }

  /** Documents of an author are new, each after what it names. */
  write(author: string, documents: readonly Position[], seq = LATER): void {
    for (const [i, document] of documents.entries()) {
      this.queue.addNew({ ...document, author: author as PeerId, seq: seq + i })
    }
  }

  chain(author: string, count: number, sizeBytes = 100): Position[] {
    const chain = this.ports.addChain(labels(count, author), { clock: 2, sizeBytes, ancestors: [idOf('root')] })
    this.write(author, chain)
    return chain
  }

  /** One document each of many authors, none of whom wrote before. */
  invented(count: number): Position[] {
    return labels(count, 'invented').map((author) => {
      const document = this.ports.add(idOf(author), { clock: 2, ancestors: [idOf('root')] })
      this.write(author, [document], 0)
      return document
    })
  }

  /** Takes so many, which are then on their way. */
  take(count: number): DocumentId[] {
    const taken: DocumentId[] = []
    const before = new Set(this.sent)
    this.queue.take({
      isSent: (id) => before.has(id) || taken.includes(id),
      take: ({ id }) => taken.length < count && taken.push(id) > 0,
      freeBytes: () => Infinity,
    })
    this.sent.push(...taken)
    return taken
  }

  takeAll(): DocumentId[] {
    while (!this.queue.isEmpty) this.take(200)
    return this.sent
  }

  /** Which of them, once all is sent, were not sent exactly once and after their ancestors. */
  outOfOrder(documents: readonly Position[]): DocumentId[] {
    const sent = this.takeAll()
    const places = new Map(sent.map((id, place) => [id, place]))
    const isInOrder = (id: DocumentId): boolean =>
      sent.indexOf(id) === places.get(id) &&
      this.ports.ancestors(id).every((ancestor) => (places.get(ancestor.id) ?? -1) < sent.indexOf(id))
    return idsOf(documents).filter((id) => !isInOrder(id))
  }
}

describe('authors', () => {
  it('who are alone are sent as fast as it goes, in order', () => {
    const sending = new Sending()
    const flood = sending.chain('flood', 300)
    expect(sending.takeAll()).toEqual(idsOf(flood))
  })

  it('take turns, however much one of them has written before', () => {
    const sending = new Sending()
    const flood = sending.chain('flood', 1_000)
    sending.take(200)
    const honest = sending.chain('honest', 10)
    const next = sending.take(20)
    expect(next.filter((id) => idsOf(honest).includes(id))).toHaveLength(10)
    expect(sending.outOfOrder([...flood, ...honest])).toEqual([])
  })

  it('pay for what their documents cost', () => {
    const sending = new Sending()
    const large = sending.chain('large', 100, 65_536)
    const small = sending.chain('small', 100)
    const next = sending.take(60)
    expect(next.filter((id) => idsOf(large).includes(id)).length).toBeLessThan(25)
    expect(next.filter((id) => idsOf(small).includes(id)).length).toBeGreaterThan(35)
  })

  it('who are new share the turns of one', () => {
    const sending = new Sending()
    sending.invented(1_000)
    const honest = sending.chain('honest', 10)
    expect(sending.take(22).filter((id) => idsOf(honest).includes(id))).toHaveLength(10)
  })

  it('who answer what waits do so after it, in their own turns', () => {
    const sending = new Sending()
    const invented = sending.invented(1_000)
    const flood = sending.chain('flood', 1_000)
    const named = invented.slice(-5)
    const answer = sending.ports.add(idOf('answer'), { clock: 3, ancestors: idsOf(named) })
    sending.write('honest', [answer])
    const next = sending.take(20)
    expect(next).toEqual(expect.arrayContaining([answer.id, ...idsOf(named)]))
    expect(sending.outOfOrder([...invented, ...flood, answer])).toEqual([])
  })

  it('whose documents need all that waits get no more than it takes to send that', () => {
    const sending = new Sending()
    const flood = sending.chain('flood', 500)
    const other = sending.chain('other', 500)
    const answer = sending.ports.add(idOf('answer'), { clock: 502, ancestors: [flood.at(-1)!.id] })
    sending.write('honest', [answer])
    expect(sending.outOfOrder([...flood, ...other, answer])).toEqual([])
  })
})

describe('more than can be listed', () => {
  it('is sent in order, and those who wrote little take turns with it', () => {
    const sending = new Sending()
    const flood = sending.chain('flood', MAX_QUEUED + 100)
    const honest = sending.ports.addChain(labels(10, 'honest'), { clock: 5_000, ancestors: [idOf('root')] })
    sending.write('honest', honest)
    const next = sending.take(200)
    expect(next).toEqual(expect.arrayContaining(idsOf(honest)))
    expect(sending.outOfOrder([...flood, ...honest])).toEqual([])
  })

  it('of invented authors delays nobody who answers some of them', () => {
    const sending = new Sending()
    const invented = sending.invented(MAX_QUEUED + 100)
    const named = invented.slice(0, 5)
    const answer = sending.ports.add(idOf('answer'), { clock: 3, ancestors: idsOf(named) })
    sending.write('honest', [answer])
    expect(sending.take(200)).toContain(answer.id)
    expect(sending.outOfOrder([...invented, answer])).toEqual([])
  })
})

it('lists a document once, however often it is put first', () => {
  const sending = new Sending()
  const newest = sending.ports.addChain(labels(3, 'anna'), { clock: 2, ancestors: [idOf('root')] })
  for (let i = 0; i < 1_000; i++) sending.queue.addFirst(newest)
  let offered = 0
  sending.queue.take({ isSent: () => false, take: () => ++offered > 0, freeBytes: () => Infinity })
  expect(offered).toBe(newest.length)
})
