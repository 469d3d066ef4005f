/** Writes rooms with members for the vectors. */
import { acceptBody, inviteBody, ownerBody, RANKS, roleBody, withdrawBody } from './acts.ts'
import { documentId, hex, keyOf, text, type Key } from './bytes.ts'
import { ALICE, BOB, rootBody } from './document.ts'
import { CAROL, History, spelled, type Manner, type Written } from './history.ts'
import { Members } from './members.ts'

export const DAVE = keyOf('dave')
export const ERIN = keyOf('erin')
/** The key of the invites. */
export const INVITE = keyOf('invite')

/** In a room of Alice, if it is not of somebody else. */
export class MembersHistory extends History {
  constructor(body = rootBody('chat', 'Kitchen', text('access'), text('public-read')), founder = ALICE) {
    super('chat', body, founder)
  }

  /** When the next document is written. */
  get nowMs(): number {
    return this.root.timeMs + 1_000 * this.documents.length
  }

  says(name: string, author: Key, manner?: Manner): Written {
    return this.write(name, author, 'message', `${this.documents.length}`, manner)
  }

  role(name: string, author: Key, member: Key, role: string, manner?: Manner): Written {
    return this.write(name, author, 'access/role', roleBody(member, role), manner)
  }

  invite(name: string, author: Key, role: string, limits?: { expires?: number; uses?: number }): Written {
    return this.write(name, author, 'access/invite', inviteBody(INVITE, role, limits))
  }

  accept(name: string, author: Key, invite: Written, manner?: Manner): Written {
    return this.write(name, author, 'access/accept', acceptBody(this.room, invite.digest, author, INVITE), manner)
  }

  withdraw(name: string, author: Key, invite: Written, manner?: Manner): Written {
    return this.write(name, author, 'access/withdraw', withdrawBody(invite.digest), manner)
  }

  handOver(name: string, author: Key, member: Key, manner?: Manner, turn?: number): Written {
    return this.write(name, author, 'access/owner', ownerBody(member, turn), manner)
  }

  /** The history with its outcome, as vectors have it. */
  vector(name: string) {
    const members = new Members(this)
    const ids = (documents: Written[]): string[] => documents.map(({ digest }) => documentId(digest))
    const kept = members.kept()
    return {
      ...{ name, room: documentId(this.room), app: this.app },
      documents: this.documents.map((document) => ({ name: document.name, block: spelled(document.block) })),
      ...{ kept: ids(kept), counting: ids(members.counting()), ...members.current() },
      ranks: [ALICE, BOB, CAROL, DAVE, ERIN].map(({ peer, publicKey }) => ({
        author: peer,
        rank: RANKS[members.rank(hex(publicKey))],
      })),
    }
  }
}
