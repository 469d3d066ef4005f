/** The rules about devices of one person, each over random rooms, and what they bound. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_DEVICES } from '../../../../protocols/access/constants.ts'
import type { Document } from '../../../../protocols/document/document.ts'
import { verifySignature } from '../../../../protocols/wire/crypto.ts'
import { actOf, deviceContent, isOfType, rankOf, type Act, type Saying } from '../../../../src/room/access/acts.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { personOf } from '../../../../src/room/access/persons.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { signerOf } from '../history.ts'
import { devicesOf } from './devices-of.ts'
import { before, counts, has, nodeWith } from './node-with.ts'
import { deviceOf, membersRoot, MembersWriter, randomMembers } from './random-members.ts'

const OWNER = 0
const [BOB, PHONE, LAPTOP, CAROL] = [1, 2, 3, 4] as const

const removalOf = (member: number): Saying => ({ type: 'role', member: signerOf(member).author, role: 'none' })

/** A room in which Bob writes, and has a phone. */
function withPhone() {
  const writer = new MembersWriter(membersRoot(seededRandom(7)))
  const bob = writer.act(OWNER, writer.heads(), { type: 'role', member: signerOf(BOB).author, role: 'writer' })
  const phone = writer.act(BOB, [bob], deviceOf(BOB, PHONE))
  return { writer, bob, phone }
}

/** KITH_SEEDS=N looks at N random rooms. */
const seeds = Array.from({ length: Number(process.env['KITH_SEEDS'] ?? 20) }, (_, i) => i + 1)
const STEPS = 60

/** A random room with many devices: its acts, those of them that count on a node, and what each of them knows. */
function randomRoom(seed: number) {
  const { documents } = randomMembers(seededRandom(seed), STEPS, 0.7)
  const graph = nodeWith(documents, seed)
  const here = documents.filter((document) => has(graph, document) && !graph.isPending(document.id))
  const countingIds = new Set(here.filter((document) => graph.gate.counts(document)).map(({ id }) => id))
  const known = new Map(documents.map((document) => [document.id, before(document, documents)]))
  const acts = documents.flatMap((document) => actOf(document) ?? [])
  const counting = acts.filter(({ id }) => countingIds.has(id))
  const areBeside = (one: Act, other: Act): boolean =>
    one.id !== other.id && !known.get(one.id)!.has(other.id) && !known.get(other.id)!.has(one.id)
  const owned = acts.flatMap((act) => (isOfType(act, 'owner') ? [act.saying.member] : []))
  const everOwned = new Set([signerOf(OWNER).author, ...owned])
  return { graph, acts, counting, areBeside, everOwned }
}

describe('in random rooms', () => {
  it('nothing that a removed author adds beside its removal is let in', () => {
    let beside = 0
    for (const seed of seeds) {
      const { acts, counting, areBeside, everOwned } = randomRoom(seed)
      for (const removal of counting) {
        const { saying } = removal
        if (saying.type !== 'role' || saying.role !== 'none' || everOwned.has(saying.member)) continue
        const added = acts.filter((act) => isOfType(act, 'device') && act.author === saying.member)
        const late = added.filter((act) => areBeside(act, removal))
        beside += late.length
        expect(
          late.filter((act) => counting.includes(act)),
          `seed ${seed}`,
        ).toEqual([])
      }
    }
    expect(beside).toBeGreaterThan(0)
  })

  it('every device that is let in has signed for it, and has at most the rank of who added it', () => {
    let devices = 0
    for (const seed of seeds) {
      const { graph, counting, everOwned } = randomRoom(seed)
      for (const { author, saying } of counting) {
        if (saying.type !== 'device') continue
        devices++
        expect(verifySignature(saying.member, deviceContent(author, saying.box), saying.proof), `seed ${seed}`).toBe(
          true,
        )
        expect(rankOf(saying.role)).toBeLessThanOrEqual(rankOf('admin'))
        if (everOwned.has(author)) continue
        const given = counting.flatMap(({ saying: set }) =>
          (set.type === 'role' || set.type === 'device') && set.member === author ? [rankOf(set.role)] : [],
        )
        const invited = counting.some((act) => act.saying.type === 'accept' && act.author === author)
        expect(invited || Math.max(...given) >= rankOf(saying.role), `seed ${seed}`).toBe(true)
      }
      for (const author of graph.gate.control!.authors()) {
        const person = personOf(graph.gate.control!, author)
        expect(personOf(graph.gate.control!, person), `seed ${seed}`).toBe(person)
      }
    }
    expect(devices).toBeGreaterThan(0)
  })

  it('what was refused or has left decides nothing: a node says the same once it is started again', () => {
    for (const seed of seeds) {
      const { documents } = randomMembers(seededRandom(seed), STEPS, 0.7)
      const store = memoryStore()
      // Not all of them are here yet.
      const graph = nodeWith(documents.slice(0, 20 + (seed % (STEPS - 20))), seed, store)
      const anew = new RoomGraph(documents[0]!.id, store)
      const here = documents.filter(({ id }) => store.hasDocument(id))
      const countingIn = (node: RoomGraph): string[] =>
        here.filter((document) => node.gate.counts(document)).map(({ id }) => id)
      expect(countingIn(graph), `seed ${seed}`).toEqual(countingIn(anew))
    }
  })

  it('who is no admin removes only who was added as a device', () => {
    let removals = 0
    // Few are no admins, and have devices.
    for (const seed of seeds.flatMap((each) => [each, each + seeds.length])) {
      const { acts, counting, everOwned } = randomRoom(seed)
      const admins = new Set(
        acts.flatMap(({ author, saying }) =>
          (saying.type === 'role' || saying.type === 'device') && saying.role === 'admin'
            ? [saying.member]
            : saying.type === 'accept'
              ? [author]
              : [],
        ),
      )
      const claims = acts.flatMap((act) => (isOfType(act, 'device') ? [act.saying] : []))
      for (const { author, saying } of counting) {
        if (saying.type !== 'role' || admins.has(author) || everOwned.has(author)) continue
        removals++
        expect(saying.role, `seed ${seed}`).toBe('none')
        const isClaimed = claims.some(({ member, person }) => [member, person].includes(saying.member))
        expect(
          isClaimed && claims.some(({ member, person }) => [member, person].includes(author)),
          `seed ${seed}`,
        ).toBe(true)
      }
    }
    expect(removals).toBeGreaterThan(0)
  })
})

describe('the devices of a person', () => {
  it('are as many as there may be, in whatever order they are added and arrive', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { writer, phone } = withPhone()
        const random = seededRandom(seed)
        for (let i = 0; i < MAX_DEVICES + 8; i++) {
          const author = random() < 0.5 ? BOB : PHONE
          const named = random() < 0.5 ? [phone] : [writer.documents.at(-1)!, phone]
          writer.act(author, named, deviceOf(author, 10 + Math.floor(random() * 40), { person: BOB }))
        }
        for (let i = 0; i < 40; i++) writer.act(BOB, [phone], deviceOf(BOB, 10 + i))
        const helper = writer.act(OWNER, writer.heads(), removalOf(CAROL))
        writer.say(OWNER, [helper])
        const { control } = nodeWith(writer.documents, seed).gate
        expect(devicesOf(control!, signerOf(BOB).author)).toHaveLength(1 + MAX_DEVICES)
        expect(personOf(control!, signerOf(PHONE).author)).toBe(signerOf(BOB).author)
      }),
      { numRuns: 10 },
    )
  })

  it('are grouped by their first key, also where they say it of each other, and not once they are removed', () => {
    const writer = new MembersWriter(membersRoot(seededRandom(7)))
    for (const member of [BOB, PHONE]) {
      writer.act(OWNER, writer.heads(), { type: 'role', member: signerOf(member).author, role: 'writer' })
    }
    const persons = () =>
      [BOB, PHONE, LAPTOP].map((key) => personOf(nodeWith(writer.documents).gate.control!, signerOf(key).author))
    const [bob, phone, laptop] = [BOB, PHONE, LAPTOP].map((key) => signerOf(key).author)
    expect(persons()).toEqual([bob, phone, laptop])
    writer.act(BOB, writer.heads(), deviceOf(BOB, PHONE))
    expect(persons()).toEqual([bob, phone, laptop])
    writer.act(BOB, writer.heads(), deviceOf(BOB, LAPTOP))
    expect(persons()).toEqual([bob, phone, bob])
    writer.act(BOB, writer.heads(), removalOf(LAPTOP))
    expect(persons()).toEqual([bob, phone, laptop])
  })

  it('have one place among persons where each was let in by the other beside', () => {
    const { writer, bob } = withPhone()
    const beside = writer.act(OWNER, [bob], { type: 'role', member: signerOf(LAPTOP).author, role: 'writer' })
    const one = writer.act(BOB, [bob], deviceOf(BOB, CAROL))
    writer.act(LAPTOP, [beside], deviceOf(LAPTOP, CAROL))
    writer.say(OWNER, writer.heads())
    const { control } = nodeWith(writer.documents).gate
    const person = personOf(control!, signerOf(CAROL).author)
    expect([BOB, LAPTOP].map((key) => signerOf(key).author)).toContain(person)
    expect(control!.rank(signerOf(CAROL).author)).toBe(rankOf('writer'))
    expect(one.author).toBe(signerOf(BOB).author)
  })

  it('can neither be lowered nor be claimed by what they once signed', () => {
    const { writer, bob } = withPhone()
    const admin = writer.act(OWNER, [bob], { type: 'role', member: signerOf(CAROL).author, role: 'admin' })
    for (const role of ['carrier', 'writer', 'admin'] as const) {
      const beside = writer.act(BOB, [bob], deviceOf(BOB, CAROL, { role }))
      const after = writer.act(BOB, [admin, beside], deviceOf(BOB, CAROL, { role }))
      const removal = writer.act(BOB, [after], removalOf(CAROL))
      writer.say(OWNER, [removal])
      const graph = nodeWith(writer.documents)
      expect([after, removal].map((document) => counts(graph, document))).toEqual([false, false])
      expect(graph.gate.control!.rank(signerOf(CAROL).author)).toBe(rankOf('admin'))
      expect(personOf(graph.gate.control!, signerOf(CAROL).author)).toBe(signerOf(CAROL).author)
    }
  })

  it('leave the room with all that they wrote when the removal of who added them comes later', () => {
    const { writer, bob } = withPhone()
    const laptop = writer.act(BOB, [bob], deviceOf(BOB, LAPTOP))
    const said = writer.say(LAPTOP, [laptop])
    const graph = nodeWith(writer.documents)
    expect([counts(graph, laptop), counts(graph, said)]).toEqual([true, true])
    const removal = writer.act(OWNER, [bob], removalOf(BOB))
    expect(counts(graph, removal)).toBe(true)
    expect(graph.heads.newest().map(({ id }) => id)).toEqual([removal.id])
    expect(graph.gate.control!.rank(signerOf(LAPTOP).author)).toBe(0)
  })
})

describe('what one member writes beside itself', () => {
  /** How many acts are here in the end. */
  function actsAfter(write: (writer: MembersWriter, phone: Document) => void): number {
    const { writer, phone } = withPhone()
    write(writer, phone)
    return nodeWith(writer.documents).gate.control!.allActs().length
  }

  it('adds no more devices than there may be', () => {
    const acts = actsAfter((writer, phone) => {
      for (let i = 0; i < 200; i++) writer.act(BOB, [phone], deviceOf(BOB, 10 + i))
    })
    expect(acts).toBe(1 + MAX_DEVICES)
  })

  it('removes a device no more often than it could have any', () => {
    const acts = actsAfter((writer, phone) => {
      for (let i = 0; i < 200; i++) writer.act(BOB, [phone], removalOf(PHONE))
    })
    expect(acts).toBe(2 + MAX_DEVICES)
  })

  it('removes a device that removes it no more often', () => {
    const acts = actsAfter((writer, phone) => {
      for (let i = 0; i < 100; i++) {
        writer.act(BOB, [phone], removalOf(PHONE))
        writer.act(PHONE, [phone], removalOf(BOB))
      }
    })
    expect(acts).toBe(2 + 2 * MAX_DEVICES)
  })

  it('makes no more keys', () => {
    const acts = actsAfter((writer, phone) => {
      const removal = writer.act(BOB, [phone], removalOf(PHONE))
      for (let i = 0; i < 200; i++) {
        const epoch = i.toString(16).padStart(32, '0')
        writer.act(BOB, [removal], { type: 'rekey', epoch, previous: [], wrapped: [], keys: new Uint8Array(0) })
      }
    })
    expect(acts).toBe(3 + MAX_DEVICES)
  })
})
