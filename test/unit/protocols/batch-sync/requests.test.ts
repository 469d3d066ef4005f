/** Which peer is asked for which offered document, and when. */
import { describe, expect, it } from 'vitest'
import {
  MAX_OFFERERS,
  MAX_PENDING_OFFERS,
  MAX_REQUEST_MS,
  MAX_REQUESTS,
  REQUEST_MS,
} from '../../../../protocols/batch-sync/constants.ts'
import { Requests } from '../../../../protocols/batch-sync/requests.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { idOf, otherRoom, room } from './held-documents.ts'

const peers = Array.from({ length: MAX_OFFERERS + 2 }, (_, index) => `peer-${index}` as PeerId)
const [a, b, c] = peers as [PeerId, PeerId, PeerId]
const [x, y] = [idOf('x'), idOf('y')]

/** Lets peers offer a document, one after another. */
function offeredBy(requests: Requests, id: DocumentId, offerers: readonly PeerId[], inRoom = room): string[] {
  return offerers.map((offerer) => requests.offered(inRoom, id, offerer, 0))
}

describe('an offered document', () => {
  it('is requested from the first peer that offers it, and meanwhile from nobody else', () => {
    const requests = new Requests()
    expect(requests.isEmpty).toBe(true)
    expect(offeredBy(requests, x, [a, b, a])).toEqual(['request', 'wait', 'wait'])
    expect(requests.due(REQUEST_MS - 1)).toEqual([])
    expect(requests.nextDueMs()).toBe(REQUEST_MS)
  })

  it('that does not arrive is requested from each peer that offered it in turn, with doubling delays', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b, c])
    const asked: PeerId[] = []
    const waits: number[] = []
    for (let nowMs = requests.nextDueMs(); asked.length < 9; nowMs = requests.nextDueMs()) {
      expect(requests.due(nowMs - 1)).toEqual([])
      const batches = requests.due(nowMs)
      expect(batches).toEqual([{ peer: batches[0]?.peer, room, ids: [x] }])
      asked.push(batches[0]!.peer)
      waits.push(requests.nextDueMs() - nowMs)
    }
    expect(asked).toEqual([b, c, a, b, c, a, b, c, a])
    expect(waits.slice(0, 4)).toEqual([2, 4, 8, 16].map((times) => times * REQUEST_MS))
    expect(waits.slice(-3)).toEqual(Array(3).fill(MAX_REQUEST_MS))
  })

  it(`is requested ${MAX_REQUESTS} times, until it is offered again: it may have left the room`, () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b])
    let asked = 1
    while (!requests.isEmpty) asked += requests.due(requests.nextDueMs()).length
    expect(asked).toBe(MAX_REQUESTS)
    expect(offeredBy(requests, x, [a])).toEqual(['request'])
  })

  it('that only one peer offered is requested from it again', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a])
    expect(requests.due(REQUEST_MS)).toEqual([{ peer: a, room, ids: [x] }])
  })

  it('that arrived is no longer requested, and may be offered anew', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b])
    offeredBy(requests, y, [a])
    requests.forget(room, x)
    requests.forget(room, idOf('unknown'))
    expect(requests.due(REQUEST_MS)).toEqual([{ peer: a, room, ids: [y] }])
    requests.forget(room, y)
    expect(requests.isEmpty).toBe(true)
    expect(requests.nextDueMs()).toBe(Infinity)
    expect(offeredBy(requests, x, [b])).toEqual(['request'])
  })

  it('is requested together with others of its peer and room', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a])
    offeredBy(requests, y, [a])
    offeredBy(requests, idOf('z'), [a], otherRoom)
    offeredBy(requests, idOf('w'), [b])
    expect(requests.due(REQUEST_MS)).toEqual([
      { peer: a, room, ids: [x, y] },
      { peer: a, room: otherRoom, ids: [idOf('z')] },
      { peer: b, room, ids: [idOf('w')] },
    ])
  })

  it('belongs to its room: the same id offered in another room is requested there', () => {
    const requests = new Requests()
    expect(offeredBy(requests, x, [a], otherRoom)).toEqual(['request'])
    expect(offeredBy(requests, x, [b], room)).toEqual(['request'])
    const batches = requests.due(REQUEST_MS)
    expect(batches).toContainEqual({ peer: a, room: otherRoom, ids: [x] })
    expect(batches).toContainEqual({ peer: b, room, ids: [x] })
    expect(batches).toHaveLength(2)
  })
})

describe('a peer that disconnects', () => {
  it('while it was asked: the next one that offered the document is asked at once', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b, c])
    offeredBy(requests, y, [c, a])
    expect(requests.peerLeft(a, undefined, 500)).toEqual([{ peer: b, room, ids: [x] }])
    expect(requests.due(500 + REQUEST_MS - 1)).toEqual([{ peer: c, room, ids: [y] }])
    expect(requests.due(500 + REQUEST_MS)).toEqual([{ peer: c, room, ids: [x] }])
  })

  it('leaves nothing behind of what only it offered', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a])
    expect(requests.peerLeft(a, undefined, 0)).toEqual([])
    expect(requests.isEmpty).toBe(true)
  })

  it('from one room is still asked in the others', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b])
    offeredBy(requests, y, [a, b], otherRoom)
    expect(requests.peerLeft(a, otherRoom, 0)).toEqual([{ peer: b, room: otherRoom, ids: [y] }])
    expect(requests.due(REQUEST_MS)).toContainEqual({ peer: b, room, ids: [x] })
    expect(requests.peerLeft(a, room, REQUEST_MS)).toEqual([])
  })

  it('has its whole allowance of offers when it comes back', () => {
    const requests = new Requests()
    const offerAll = () =>
      Array.from({ length: MAX_PENDING_OFFERS }, (_, i) => requests.offered(room, idOf(i), a, 0)).every(
        (answer) => answer === 'request',
      )
    expect(offerAll()).toBe(true)
    requests.peerLeft(a, undefined, 0)
    expect(offerAll()).toBe(true)
  })
})

describe('a room that is closed', () => {
  it('leads to no further requests', () => {
    const requests = new Requests()
    offeredBy(requests, x, [a, b])
    offeredBy(requests, y, [a], otherRoom)
    requests.closed(room)
    expect(requests.due(REQUEST_MS)).toEqual([{ peer: a, room: otherRoom, ids: [y] }])
    requests.closed(otherRoom)
    expect(requests.isEmpty).toBe(true)
  })
})

describe('offers', () => {
  it(`of one peer wait for at most ${MAX_PENDING_OFFERS} documents, over all rooms`, () => {
    const requests = new Requests()
    for (let i = 0; i < MAX_PENDING_OFFERS; i++) {
      expect(requests.offered(i % 2 === 0 ? room : otherRoom, idOf(i), a, 0)).toBe('request')
    }
    expect(requests.offered(room, x, a, 0)).toBe('full')
    expect(requests.offered(room, idOf(0), a, 0), 'offered before').toBe('wait')
    expect(requests.offered(room, idOf(0), b, 0), 'another peer has a roomSession of its own').toBe('wait')
    requests.forget(room, idOf(0))
    expect(requests.offered(room, x, a, 0)).toBe('request')
    expect(requests.offered(room, y, a, 0)).toBe('full')
  })

  it('of a document that others offered before count as well', () => {
    const requests = new Requests()
    for (let i = 0; i < MAX_PENDING_OFFERS; i++) requests.offered(room, idOf(i), b, 0)
    for (let i = 0; i < MAX_PENDING_OFFERS; i++) expect(requests.offered(room, idOf(i), a, 0)).toBe('wait')
    expect(requests.offered(room, x, a, 0)).toBe('full')
  })

  it(`by more than ${MAX_OFFERERS} peers are not all remembered`, () => {
    const requests = new Requests()
    const expected = peers.map((_, index) => (index === 0 ? 'request' : 'wait'))
    expect(offeredBy(requests, x, peers)).toEqual(expected)
    const asked = new Set<PeerId>()
    for (let i = 0; i < MAX_REQUESTS - 1; i++) asked.add(requests.due(requests.nextDueMs())[0]!.peer)
    expect(asked).toEqual(new Set(peers.slice(0, MAX_OFFERERS)))
    for (const each of peers.slice(0, MAX_OFFERERS)) requests.peerLeft(each, undefined, 0)
    expect(requests.isEmpty).toBe(true)
    expect(offeredBy(requests, x, peers.slice(-1)), 'it offers again until it is acknowledged').toEqual(['request'])
  })
})
