import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_AUTHOR_NAME_BYTES,
  MAX_PROFILES,
  MAX_ROOM_NAME_BYTES,
  PROFILE_KIND,
  ROOT_KIND,
} from '../../../protocols/room/constants.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import type { Fold } from '../../../src/kith.ts'
import { decodeRoot, encodeRoot, isRoomName } from '../../../src/room/root.ts'
import { profileBody, rosterOf } from '../../../src/room/roster.ts'
import { unknownFold, wholeFold } from '../../../src/room/whole-state.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { assertPromises } from '../../../src/testing/assert-promises.ts'
import { promisesOf } from '../../../src/testing/fold-properties.ts'
import { foreignContents, histories, textArbitrary } from '../../../src/testing/histories.ts'
import { folded, updateOf } from '../apps/updates.ts'
import { NOW_MS, rootOf, shuffle, signed, signerOf } from './history.ts'

const roster = rosterOf()

const author = peerIdOfPublicKey(new Uint8Array(32).fill(0xaa))

const names = fc.oneof(textArbitrary, fc.constantFrom('Anna', 'Bob', 'a'.repeat(MAX_AUTHOR_NAME_BYTES + 1)))
const profiles = names.map((name) => ({ kind: PROFILE_KIND, body: profileBody(name) }))
const randomHistories = histories(fc.oneof(profiles, foreignContents(['message', 'put'])), 20)

describe('the roster', () => {
  it('keeps the promises of an app, alone and beside an app', () => {
    assertPromises(randomHistories, promisesOf(roster), { numRuns: 200 })
    for (const fold of [chat.fold, map.fold, unknownFold] as Fold<unknown>[]) {
      const whole = wholeFold(fold)
      // Only the app's part counts, and here all of it is to grow slowly.
      const sizeBytes = (state: never) => whole.encode(state).length
      const measured = { ...whole, sizeBytes, canGrow: () => true, maxSizeBytes: Infinity }
      assertPromises(randomHistories, promisesOf(measured as Fold<unknown>), { numRuns: 100 })
    }
  })

  it('has the last name of each author, and ignores what is none', () => {
    const profile = (body: string | Uint8Array, clock: number) => updateOf(PROFILE_KIND, body, { clock, author })
    const state = folded(roster, [profile('Late', 3), profile('Early', 2)])
    expect(roster.toJson(state)).toEqual({ [author]: 'Late' })
    for (const body of ['', '  ', '\ufeff', 'a'.repeat(MAX_AUTHOR_NAME_BYTES + 1), Uint8Array.of(0xff)]) {
      expect(roster.reduce(state, profile(body, 9))).toBe(state)
    }
    expect(roster.toJson(folded(roster, [profile('é'.repeat(MAX_AUTHOR_NAME_BYTES / 2), 4)]))).toEqual({
      [author]: 'é'.repeat(MAX_AUTHOR_NAME_BYTES / 2),
    })
    expect(profileBody('Anna')).toEqual(new TextEncoder().encode('Anna'))
  })
})

describe('a root document', () => {
  const withBody = (body: Uint8Array, kind = ROOT_KIND) =>
    signed(
      {
        ...{ room: null, author: signerOf(0).author, seq: 0, previous: null, parents: [], clock: 1, timeMs: NOW_MS },
        ...{ epoch: 0, kind, links: [], body },
      },
      signerOf(0),
    )

  it('says what was put into it', () => {
    const root = encodeRoot({ name: 'Küche', app: 'map' }, signerOf(0), NOW_MS, seededRandom(1))
    expect(decodeRoot(root)).toEqual({ name: 'Küche', app: 'map' })
    const body = { name: 'Kitchen', app: 'newer', more: [1] }
    const newer = { name: 'Kitchen', app: 'newer' }
    expect(decodeRoot(withBody(encode(body)))).toEqual(newer)
    expect(decodeRoot(withBody(encode({ ...body, access: 'public-read' })))).toEqual({
      ...newer,
      access: 'public-read',
    })
    // Who may write there is not known here.
    expect(decodeRoot(withBody(encode({ ...body, access: 'keyed' })))).toEqual({ ...newer, app: '' })
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['no CBOR', Uint8Array.of(0xff)],
    ['null', encode(null)],
    ['a list', encode(['Kitchen', 'chat'])],
    ['no app', encode({ name: 'Kitchen' })],
    ['a name that is none', encode({ name: '', app: 'chat' })],
    ['a name too long', encode({ name: 'a'.repeat(MAX_ROOM_NAME_BYTES + 1), app: 'chat' })],
    ['a name of another type', encode({ name: 1, app: 'chat' })],
    ['an app of another type', encode({ name: 'Kitchen', app: ['chat'] })],
    ['an app too long', encode({ name: 'Kitchen', app: 'a'.repeat(65) })],
    ['lists very deep', new Uint8Array(60_000).fill(0x81)],
  ])('with %s in it is none', (_name, body) => {
    expect(decodeRoot(withBody(body))).toBeUndefined()
  })

  it('is of its kind and names no room', () => {
    const body = encode({ name: 'Kitchen', app: 'chat' })
    expect(decodeRoot(withBody(body, 'message'))).toBeUndefined()
    expect(decodeRoot({ ...withBody(body), room: rootOf().id })).toBeUndefined()
    expect(isRoomName(undefined)).toBe(false)
  })
})

describe('a full roster', () => {
  const owner = signerOf(0).author
  const full = rosterOf(owner)
  const nameOf = (index: number) =>
    updateOf(PROFILE_KIND, profileBody(`Author ${index}`), { clock: 2 + index, author: signerOf(index).author })
  const updates = Array.from({ length: MAX_PROFILES + 50 }, (_, index) => nameOf(index))

  it(`has the newest ${MAX_PROFILES} names and the owner's, in whatever order they come`, () => {
    const inOrder = folded(full, updates)
    expect(inOrder.profiles.size).toBe(MAX_PROFILES)
    expect(full.sizeBytes(inOrder)).toBeLessThan(190_000)
    const [oldest, newest] = [signerOf(1).author, signerOf(MAX_PROFILES + 49).author]
    expect([owner, oldest, newest].map((each) => inOrder.profiles.has(each))).toEqual([true, false, true])
    for (let seed = 1; seed < 3; seed++) {
      const state = folded(full, shuffle(updates, seededRandom(seed)))
      expect(full.encode(state)).toEqual(full.encode(inOrder))
      expect(full.encode(full.decode(full.encode(state)))).toEqual(full.encode(inOrder))
    }
  })

  it('takes back who writes again', () => {
    const before = folded(full, updates)
    const again = full.reduce(
      before,
      updateOf(PROFILE_KIND, profileBody('Back'), { clock: 9_999, author: signerOf(1).author }),
    )
    expect(again.profiles.get(signerOf(1).author)?.name).toBe('Back')
    expect(again.profiles.size).toBe(MAX_PROFILES)
  })
})
