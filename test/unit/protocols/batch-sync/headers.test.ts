/** Headers of dropped documents: who gets which of them, and what is refused. */
import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_HEADERS, SCAN_BURST } from '../../../../protocols/batch-sync/constants.ts'
import {
  BatchSyncMachine,
  type BatchSyncEffect,
  type BatchSyncInput,
  type BatchSyncRecord,
  type Header,
} from '../../../../protocols/batch-sync/index.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../../protocols/wire/order.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf, peer, room, standing } from './held-documents.ts'

const base = idOf('base')
const topic = topicKeyOf(room)
const author = 'author' as PeerId

const dropped: readonly Header[] = Array.from({ length: 2 * MAX_HEADERS + 5 }, (_, i) => {
  return { id: idOf(i), clock: 2 + (i >> 1), author, seq: i }
}).toSorted(comparePositions)

let held: HeldDocuments
let machine: BatchSyncMachine

beforeEach(() => {
  held = new HeldDocuments()
  held.headers = (_room, of, after, limit) => {
    const from = after === undefined ? 0 : dropped.findIndex((header) => comparePositions(header, after) > 0)
    return of === base ? dropped.slice(from, from + limit) : undefined
  }
  held.header = (_room, id) => dropped.find((header) => header.id === id)
  machine = new BatchSyncMachine({ self: 'self' as PeerId, ports: held, random: () => 0.5 })
  handle({ type: 'command', command: { type: 'open', room } })
  handle({ type: 'peer-up', peer, creditBytes: 100_000 })
  handle({ type: 'command', command: { type: 'neighbour', room, peer, ...standing([]) } })
})

function handle(input: BatchSyncInput): readonly BatchSyncEffect[] {
  return machine.handle(input, 0)
}

const take = (...records: BatchSyncRecord[]) => handle({ type: 'records', from: peer, records })
const request = (said: { base?: DocumentId; after?: Position; ids?: DocumentId[] }) =>
  take({ type: 'header-request', topic, ids: [], ...said })
const faultsIn = (effects: readonly BatchSyncEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'misbehaviour' ? [effect.reason.code] : []))
const headersIn = (effects: readonly BatchSyncEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' && effect.record.type === 'headers' ? [effect.record] : []))
const eventsIn = (effects: readonly BatchSyncEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'emit' && effect.event.type === 'headers' ? [effect.event] : []))

describe('a request for headers', () => {
  it('is answered page by page', () => {
    const got: Header[] = []
    const sizes: number[] = []
    for (let isLast = false; !isLast;) {
      const after = got.at(-1)
      const [answer] = headersIn(request({ base, ...(after && { after }) }))
      expect(answer!.base).toBe(base)
      got.push(...answer!.headers)
      sizes.push(answer!.headers.length)
      isLast = answer!.isLast
    }
    expect(got).toEqual(dropped)
    expect(sizes).toEqual([MAX_HEADERS, MAX_HEADERS, 5])
  })

  it('for another base gets none', () => {
    expect(headersIn(request({ base: idOf('other') }))).toEqual([{ type: 'headers', topic, headers: [], isLast: true }])
  })

  it('for documents gets those that are known, in the order of the request', () => {
    const [one, other] = [dropped[9]!, dropped[3]!]
    const [answer] = headersIn(request({ ids: [one.id, idOf('unknown'), other.id] }))
    expect(answer).toEqual({ type: 'headers', topic, headers: [one, other], isLast: true })
  })

  it('gets nothing where nothing is shared', () => {
    held.setSharing(room, peer, { policy: 'accept', mode: 'auto' })
    for (const said of [{ base }, { ids: [dropped[0]!.id] }]) expect(headersIn(request(said))[0]!.headers).toEqual([])
  })

  it('counts like other looks at documents, and is dropped beyond that', () => {
    let answered = 0
    for (; headersIn(request({ base })).length === 1 && answered < SCAN_BURST; answered++);
    expect(answered).toBeLessThanOrEqual(SCAN_BURST / MAX_HEADERS)
    expect(faultsIn(request({ base }))).toEqual(['headers-flood'])
    expect(faultsIn(request({ ids: [base] }))).toEqual(['headers-flood'])
  })
})

describe('headers', () => {
  const answer = { type: 'headers', topic, base, headers: [], isLast: true } as const
  const ask = () => handle({ type: 'command', command: { type: 'ask-headers', room, to: peer, base } })

  it('are taken once for each request', () => {
    ask()
    expect(eventsIn(take(answer))).toEqual([
      { type: 'headers', room, from: peer, isOfBase: true, headers: [], isLast: true },
    ])
    expect(faultsIn(take(answer))).toEqual(['headers-unasked'])
  })

  it('say that a base is not there any more', () => {
    ask()
    expect(eventsIn(take({ ...answer, base: undefined }))).toMatchObject([{ isOfBase: false }])
  })

  it('of another base, or of none, are refused', () => {
    ask()
    const header = { id: idOf(1), clock: 2, author, seq: 0 }
    for (const wrong of [idOf('other'), undefined]) {
      expect(faultsIn(take({ ...answer, base: wrong, headers: [header] }))).toEqual(['headers-unasked'])
    }
    expect(eventsIn(take(answer))).toHaveLength(1)
  })

  it('are not taken over a new stream', () => {
    ask()
    handle({ type: 'peer-down', peer })
    handle({ type: 'peer-up', peer, creditBytes: 100_000 })
    expect(faultsIn(take(answer))).toEqual(['headers-unasked'])
  })
})
