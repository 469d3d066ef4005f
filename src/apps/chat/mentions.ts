/** Whom a text names: `@Anna`, with the name that somebody has in the room. */
import { MAX_MENTIONS } from '../../../protocols/apps/chat/constants.ts'
import { KithError, type Member } from '../../kith.ts'
import { isSameName } from '../../names.ts'

/** Places in a text that are looked at: each is compared with all names of the room. */
const MAX_LOOKED_AT = 4 * MAX_MENTIONS

/** Where a name may begin, not in an address of mail. */
const AT = /(?<![\p{L}\p{N}_.])@/gu
const IN_A_WORD = /^[\p{L}\p{N}_]/u

/** The people whose names stand in a text, each as the key that names it. */
export function mentionedIn(text: string, members: readonly Member[]): string[] {
  if (!text.includes('@')) return []
  const people = peopleOf(members).toSorted((a, b) => b.name.length - a.name.length)
  const found = new Set<string>()
  for (const { index } of [...text.matchAll(AT)].slice(0, MAX_LOOKED_AT)) {
    const rest = text.slice(index + 1)
    const person = people.find(({ name }) => startsWithName(rest, name))
    if (person !== undefined && found.size < MAX_MENTIONS) found.add(person.person)
  }
  return [...found]
}

/** The people that somebody names. Throws a KithError `no-such-peer`, `ambiguous` or `too-many`. */
export function requireMentioned(references: readonly string[], members: readonly Member[]): string[] {
  const people = peopleOf(members)
  const found = references.map((reference) => {
    const named = people.filter(
      ({ peer, person, name }) => [peer, person].includes(reference) || isSameName(reference, name),
    )
    const [first, ...others] = new Set(named.map(({ person }) => person))
    if (first === undefined) throw new KithError('no-such-peer', `nobody in the room is called '${reference}'`)
    if (others.length > 0) throw new KithError('ambiguous', `several people are called '${reference}': give a peer id`)
    return first
  })
  const persons = [...new Set(found)]
  if (persons.length > MAX_MENTIONS) {
    throw new KithError('too-many', `a message mentions ${MAX_MENTIONS} people at most, this one ${persons.length}`)
  }
  return persons
}

/** Those who can read what is said. */
function peopleOf(members: readonly Member[]): Member[] {
  return members.filter(({ dropped, standing, name }) => !dropped && standing?.role !== 'none' && name !== '')
}

function startsWithName(text: string, name: string): boolean {
  const start = text.slice(0, name.length)
  return start.toLowerCase() === name.toLowerCase() && !IN_A_WORD.test(text.slice(name.length))
}
