/** A room's heads: naming them, the digest of all, and what was accepted since. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_FRONTIER_IDS } from '../../../protocols/room-state/constants.ts'
import { HeadsHash } from '../../../protocols/wire/heads-digest.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { MAX_RECENT_DIGESTS } from '../../../src/room/constants.ts'
import { RoomHeads } from '../../../src/room/heads.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { documentRow, idOf } from '../../acceptance/store-rows.ts'

const room = idOf('room')

/** A room whose documents name what they are told to. */
class TestRoom {
  readonly store = memoryStore()
  readonly heads = new RoomHeads(room, this.store)
  #documents = 0

  accept(...ancestors: DocumentId[]): DocumentId {
    const label = this.#documents++
    const document = documentRow(label, { clock: ancestors.length === 0 ? 1 : label + 2 })
    this.heads.accept(document, ancestors, () => {
      this.store.apply({ type: 'put-document', document, removedHeads: ancestors })
    })
    return document.id
  }

  acceptMany(count: number): DocumentId[] {
    return Array.from({ length: count }, () => this.accept())
  }

  /** By its definition. */
  digest(): string | undefined {
    const heads = this.store.newestHeads(room, Infinity)
    const hash = new HeadsHash()
    for (const { id } of heads) hash.add(id)
    return heads.length > MAX_FRONTIER_IDS ? hash.digest() : undefined
  }
}

describe('a frontier', () => {
  it('has the digest of all heads, whether they come one by one or are there on start', () => {
    const test = new TestRoom()
    const ids = test.acceptMany(MAX_FRONTIER_IDS)
    expect(test.heads.frontier().headsDigest).toBeUndefined()
    expect(new Set(test.heads.frontier().ids)).toEqual(new Set(ids))
    for (let i = 0; i < 5; i++) {
      const id = test.accept()
      expect(test.heads.digest).toBe(test.digest())
      expect(test.heads.frontier().ids).toHaveLength(MAX_FRONTIER_IDS)
      expect(new RoomHeads(room, test.store).frontier()).toEqual(test.heads.frontier())
      ids.push(id)
    }
    test.accept(...ids.slice(0, 6))
    expect(test.heads.frontier().headsDigest, 'joined').toBeUndefined()
    expect(test.heads.frontier().ids).toHaveLength(MAX_FRONTIER_IDS)
  })

  it('has it after any sequence of documents', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 20, maxLength: 60 }), (names) => {
        const test = new TestRoom()
        test.acceptMany(MAX_FRONTIER_IDS - 5)
        for (const count of names) {
          const named = test.store.newestHeads(room, Infinity).slice(0, count)
          test.accept(...named.map(({ id }) => id))
          expect(test.heads.digest).toBe(test.digest())
          const newest = test.store.newestHeads(room, MAX_FRONTIER_IDS).map(({ id }) => id)
          expect(test.heads.frontier().ids).toEqual(newest)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('has it again after a long time without', () => {
    const test = new TestRoom()
    let last = test.accept(...test.acceptMany(MAX_FRONTIER_IDS + 1))
    for (let i = 0; i <= MAX_RECENT_DIGESTS; i++) last = test.accept(last)
    test.acceptMany(MAX_FRONTIER_IDS)
    expect(test.heads.digest).toBe(test.digest())
    expect(test.heads.digest).toBeDefined()
  })
})

describe('what was accepted since a digest', () => {
  it('is known for the last digests, and for no other', () => {
    const test = new TestRoom()
    test.acceptMany(MAX_FRONTIER_IDS + 1)
    const first = test.heads.digest!
    expect(test.heads.acceptedSince(first)).toEqual([])
    const added = test.acceptMany(3)
    expect(test.heads.acceptedSince(first)?.map(({ id }) => id)).toEqual(added)
    const second = test.heads.digest!
    test.acceptMany(MAX_RECENT_DIGESTS)
    expect(test.heads.acceptedSince(first)).toBeUndefined()
    expect(test.heads.acceptedSince(second)).toHaveLength(MAX_RECENT_DIGESTS)
    expect(test.heads.acceptedSince(new HeadsHash().digest())).toBeUndefined()
  })

  it('is still known when all heads have been joined', () => {
    const test = new TestRoom()
    const ids = test.acceptMany(MAX_FRONTIER_IDS + 1)
    const digest = test.heads.digest!
    const join = test.accept(...ids)
    expect(test.heads.acceptedSince(digest)?.map(({ id }) => id)).toEqual([join])
  })
})
