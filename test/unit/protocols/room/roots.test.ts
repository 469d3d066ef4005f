/** Roots and names of the vectors, as nodes read them. */
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../protocols/document/document.ts'
import { PROFILE_KIND, ROOT_KIND } from '../../../../protocols/room/constants.ts'
import { decodeRoot, encodeRoot, isRoomName } from '../../../../src/room/root.ts'
import { rosterOf } from '../../../../src/room/roster.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { updateOf } from '../../apps/updates.ts'
import { NOW_MS, signerOf } from '../../room/history.ts'
import { fromHex, readVectors } from '../vectors.ts'

const roster = rosterOf()

interface RootVectors {
  valid: { name: string; body: string; root: { app: string; name: string; access?: string } }[]
  ignored: { name: string; body: string; root: null }[]
}
interface NameVectors {
  valid: { name: string; body: string; text: string }[]
  ignored: { name: string; body: string }[]
}

const roots = readVectors<RootVectors>('room/vectors/roots.json')
const names = readVectors<NameVectors>('room/vectors/names.json')
const { author } = signerOf(0)

const rootWith = (body: string) =>
  encodeDocument({
    ...{ room: null, author, seq: 0, previous: null, parents: [], clock: 1, timeMs: NOW_MS, epoch: 0 },
    ...{ kind: ROOT_KIND, links: [], body: fromHex(body) },
  })

describe('the body of a root', () => {
  it.each(roots.valid)('$name', ({ body, root }) => {
    expect(decodeRoot(rootWith(body))).toEqual(root)
  })

  it.each(roots.ignored)('ignored: $name', ({ body }) => {
    expect(decodeRoot(rootWith(body))).toBeUndefined()
  })

  it('is written as the first of the vectors is', () => {
    const { body } = encodeRoot({ name: 'Kitchen', app: 'chat' }, signerOf(0), NOW_MS, seededRandom(1))
    const [first] = roots.valid
    expect(body).toHaveLength(fromHex(first!.body).length)
    expect(body.subarray(0, -16)).toEqual(fromHex(first!.body).subarray(0, -16))
  })
})

describe('the name of a room or author', () => {
  const profiles = (body: string) =>
    Object.values(roster.toJson(roster.reduce(roster.initial(), updateOf(PROFILE_KIND, fromHex(body)))) as object)

  it.each(names.valid)('$name', ({ body, text }) => {
    expect(profiles(body)).toEqual([text])
    expect(isRoomName(text)).toBe(true)
  })

  it.each(names.ignored)('ignored: $name', ({ body }) => {
    expect(profiles(body)).toEqual([])
  })
})
