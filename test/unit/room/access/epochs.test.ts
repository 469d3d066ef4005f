/**
 * Which key a private room is written with, and whether somebody has it who may not read any more: the same on every node,
 * whatever came when, and as the specification of sealing says.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WRAPPED_KEY_BYTES, type KeyId } from '../../../../protocols/sealing/index.ts'
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import { acceptance, isOfType, rankOf, type Act, type ActOf, type Role } from '../../../../src/room/access/acts.ts'
import { encodeRoot, newRootKeys, privateRootOf } from '../../../../src/room/root.ts'
import { pick, seededRandom } from '../../../../src/simulate/random.ts'
import { deliveryOf, NOW_MS, signerOf } from '../history.ts'
import { deliverAll } from './delivery.ts'
import { NaiveAccess } from './naive.ts'
import { inviteSigner, MembersWriter } from './random-members.ts'

const READER = rankOf('reader')

/** KITH_SEEDS=N looks at N rooms. */
const RUNS = Number(process.env['KITH_SEEDS'] ?? 40)

const AUTHORS = [0, 1, 2, 3, 4]
const ROLES: Role[] = ['none', 'none', 'carrier', 'reader', 'writer', 'admin', 'admin']

/** Admins make keys after others, or beside them, and take the right to read from each other and from others. */
function randomKeys(seed: number): MembersWriter {
  const random = seededRandom(seed)
  const keys = newRootKeys(random)
  const root = encodeRoot({ name: 'Kitchen', app: 'chat', access: 'private', keys }, signerOf(0), NOW_MS, random)
  const writer = new MembersWriter(root)
  const epochs: KeyId[] = [privateRootOf(root)!.epoch]
  const invites: Document[] = []
  for (const admin of [1, 2]) {
    writer.act(0, writer.heads(), { type: 'role', member: signerOf(admin).author, role: 'admin' })
  }
  for (let step = 0; step < 25; step++) {
    const author = pick(random, AUTHORS)
    const named = random() < 0.5 ? writer.heads().slice(-3) : [pick(random, writer.documents.slice(-5))]
    const chance = random()
    if (chance < 0.45) {
      const previous = [...new Set([pick(random, epochs), pick(random, epochs.slice(-2))])]
      // Now and then somebody brings a key that is there.
      const epoch = random() < 0.15 ? pick(random, epochs) : step.toString(16).padStart(32, '0')
      const wrapped = previous.slice(0, random() < 0.9 ? 2 : 0).map(() => new Uint8Array(WRAPPED_KEY_BYTES))
      writer.act(author, named, { type: 'rekey', epoch, previous, wrapped, keys: new Uint8Array(0) })
      epochs.push(epoch)
    } else if (chance < 0.8) {
      const member = signerOf(pick(random, AUTHORS)).author
      writer.act(author, named, { type: 'role', member, role: pick(random, ROLES) })
    } else if (chance < 0.88) {
      const key = inviteSigner(invites.length)
      const role = pick(random, ['carrier', 'reader', 'writer'] as const)
      const said = { role, expiresMs: undefined, uses: undefined, box: new Uint8Array(32).fill(step) }
      invites.push(writer.act(author, named, { type: 'invite', key: key.author, ...said }))
    } else if (invites.length > 0) {
      const index = Math.floor(random() * invites.length)
      const invite = invites[index]!
      if (random() < 0.5) writer.act(author, named, { type: 'withdraw', invite: invite.id })
      else {
        const accept = acceptance(writer.root.id, invite.id, signerOf(author).author, inviteSigner(index))
        writer.act(author, [...new Set([...named, invite])], accept)
      }
    }
  }
  writer.act(0, writer.heads(), { type: 'role', member: signerOf(4).author, role: 'reader' })
  return writer
}

/** Straight from the specification. */
function expected(documents: readonly Document[]): { current: KeyId; isStale: boolean } {
  const naive = new NaiveAccess(documents)
  const root = naive.documents[0]!
  const first = privateRootOf(root)!.epoch
  const counts = ({ id }: Act): boolean => naive.verdicts.get(id) === 'counts'
  const place = (id: DocumentId): number => naive.documents.findIndex((document) => document.id === id)
  const rekeys = naive.acts.filter((act): act is ActOf<'rekey'> => isOfType(act, 'rekey') && act.saying.epoch !== first)
  /** By key: what stands for all that bring it; none for the first. */
  const epochs = new Map<KeyId, ActOf<'rekey'> | undefined>([[first, undefined]])
  for (const { saying } of rekeys) {
    const bringing = rekeys.filter((act) => act.saying.epoch === saying.epoch)
    epochs.set(saying.epoch, bringing.find(counts) ?? bringing[0])
  }
  const placeOf = (key: KeyId): number => place(epochs.get(key)?.id ?? root.id)
  const doesCount = (key: KeyId): boolean => key === first || counts(epochs.get(key)!)
  const comesAfter = (key: KeyId, other: KeyId): boolean => {
    const act = epochs.get(key)
    if (act === undefined || !act.saying.previous.includes(other) || placeOf(other) >= placeOf(key)) return false
    const isBringing = ({ id, saying }: ActOf<'rekey'>): boolean =>
      saying.epoch === other && naive.before.get(act.id)!.has(id)
    return other === first || rekeys.some(isBringing)
  }
  const keys = [...epochs.keys()].sort((a, b) => placeOf(a) - placeOf(b))
  const counting = keys.filter(doesCount)
  const current = counting.findLast((key) => !counting.some((later) => comesAfter(later, key)))!
  const known = naive.before.get(epochs.get(current)?.id ?? root.id)!
  return { current, isStale: naive.acts.some((act) => counts(act) && !known.has(act.id) && isLoss(naive, act, known)) }
}

/** Whether an act that counts takes from somebody the right to read. */
function isLoss(naive: NaiveAccess, { id, saying }: Act, known: ReadonlySet<DocumentId>): boolean {
  if (saying.type === 'withdraw') {
    const invite = naive.acts.find((act) => act.id === saying.invite)
    return invite?.saying.type === 'invite' && rankOf(invite.saying.role) >= READER
  }
  if (saying.type !== 'role' || rankOf(saying.role) >= READER) return false
  const { member } = saying
  const giving = (acts: readonly Act[]): Act[] => acts.filter((act) => naive.rankSet(act, member)! >= READER)
  const had = giving(naive.settings(member, [...naive.before.get(id)!]))
  if (had.length === 0 || naive.rankAtEnd(member) >= READER) return false
  const given = giving(
    naive.settings(
      member,
      naive.documents.map((document) => document.id),
    ),
  ).filter((act) => act.saying.type !== 'device' || naive.verdicts.get(act.id) !== 'void')
  return !naive
    .settings(member, [...known])
    .some(
      (act) =>
        act.saying.type === 'role' &&
        rankOf(act.saying.role) < READER &&
        naive.verdicts.get(act.id) === 'counts' &&
        given.every((setting) => naive.before.get(act.id)!.has(setting.id)),
    )
}

it('every node writes with the same key, and knows as well when nobody may', () => {
  let stale = 0
  let keys = 0
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), (seed, restartEvery) => {
      const { documents } = randomKeys(seed)
      const wanted = expected(documents)
      const deliver = (offset: number, every?: number) =>
        deliverAll(documents, (missing, round) => deliveryOf(missing, seed + offset + round), every).control
      for (const control of [deliver(0), deliver(1_000, restartEvery)]) {
        const { current, isStale } = control.epochs!
        expect({ current: current.key, isStale }).toEqual(wanted)
      }
      if (wanted.isStale) stale++
      if (wanted.current !== privateRootOf(documents[0]!)!.epoch) keys++
    }),
    { numRuns: RUNS },
  )
  expect(Math.min(stale, RUNS - stale, keys)).toBeGreaterThan(0)
})
