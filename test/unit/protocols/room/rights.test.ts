/** The vectors of rights that rooms take over from those above them. */
import { expect, it } from 'vitest'
import { decodeDocument } from '../../../../protocols/document/document.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import type { AccessControl } from '../../../../src/room/access/access-control.ts'
import { isBehind, missingRoles } from '../../../../src/room/inherited-roles.ts'
import { deliverAll } from '../../room/access/delivery.ts'
import { fromSpelled, readVectors, type Spelled } from '../vectors.ts'

type Documents = { name: string; block: Spelled }[]

interface RightsVector {
  name: string
  self: PeerId
  parent: Documents
  child: Documents
  roles: { author: PeerId; role: string }[]
  handover: { author: PeerId; turn: number } | null
  isBehind: boolean
}

const { cases } = readVectors<{ cases: RightsVector[] }>('room/vectors/rights.json')

const controlOf = (documents: Documents): AccessControl => {
  const all = documents.map(({ block }) => decodeDocument(fromSpelled(block)))
  return deliverAll(all, (missing) => [missing.map(({ block }) => block)]).control
}

it.each(cases)('$name', ({ self, parent, child, roles, handover, ...expected }) => {
  const [above, below] = [controlOf(parent), controlOf(child)]
  const sayings = missingRoles(above, below, self)
  const said = sayings.flatMap((saying) =>
    saying.type === 'role' ? [{ author: saying.member, role: saying.role as string }] : [],
  )
  const byAuthor = (one: { author: string }, other: { author: string }): number => (one.author < other.author ? -1 : 1)
  expect(said.toSorted(byAuthor)).toEqual(roles.toSorted(byAuthor))
  const last = sayings.find(({ type }) => type === 'owner')
  expect(last).toEqual(handover === null ? undefined : { type: 'owner', member: handover.author, turn: handover.turn })
  expect(isBehind(above, below)).toBe(expected.isBehind)
})
