/**
 * The names that authors of a room had before, so that old messages keep the name of their time. They are found
 * along an author's own chain, only for authors whose name is newer than the message, and remembered.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { looksOf } from '../room/looks.ts'
import { rosterOf } from '../room/roster.ts'
import type { StoreReads } from '../store/store.ts'
import { storedDocument } from '../room/stored-document.ts'

/** Documents of one author that are looked through for its earlier names: a fraction of a second's work, done once. */
export const MAX_WALKED = 4_096

/** Authors whose earlier names are remembered: more than rename themselves in one room. */
const MAX_AUTHORS = 1_024

/** Tells which name a document gives. */
const ROSTER = rosterOf()

/** A name and the document that gave it. */
interface Naming {
  name: string
  writtenAt: Position
}

/** What is known of an author's chain. */
interface Chain {
  /** Newest first. */
  namings: Naming[]
  /** The document to look at next. */
  next: DocumentId | null
  walked: number
}

export class NameHistory {
  readonly #store: Pick<StoreReads, 'document'>
  readonly #read: (document: Document) => Document
  readonly #foundDamage: () => void
  readonly #chains = new Map<PeerId, Chain>()
  /** Which person each look of an earlier name was first shown for. */
  readonly #shownFor = new Map<string, PeerId>()

  /** `read` opens a document that is sealed. `foundDamage` is called for one that the disk damaged. */
  constructor(store: Pick<StoreReads, 'document'>, read: (document: Document) => Document, foundDamage: () => void) {
    this.#store = store
    this.#read = read
    this.#foundDamage = foundDamage
  }

  /** The name that an author had at a position before its newest name was given; undefined if that is not found. */
  nameAt(author: PeerId, position: Position, newest: Naming): string | undefined {
    const chain = this.#chainOf(author, newest)
    for (;;) {
      const naming = chain.namings.find(({ writtenAt }) => comparePositions(writtenAt, position) <= 0)
      if (naming !== undefined) return naming.name
      if (chain.next === null || chain.walked === MAX_WALKED) return undefined
      this.#walk(author, chain)
    }
  }

  /** Whether an earlier name looks like one that was shown for another person, each by its first key. */
  isOfAnother(person: PeerId, name: string): boolean {
    const looks = looksOf(name)
    // Once there are too many to tell, each could be.
    if (this.#shownFor.size > MAX_AUTHORS) return true
    for (const look of looks) if (!this.#shownFor.has(look)) this.#shownFor.set(look, person)
    return looks.some((look) => this.#shownFor.get(look) !== person)
  }

  #chainOf(author: PeerId, newest: Naming): Chain {
    const known = this.#chains.get(author)
    if (known?.namings[0]?.writtenAt.id === newest.writtenAt.id) return known
    const chain: Chain = { namings: [newest], next: this.#previousOf(newest.writtenAt.id), walked: 0 }
    if (this.#chains.size >= MAX_AUTHORS) this.#chains.clear()
    this.#chains.set(author, chain)
    return chain
  }

  #walk(author: PeerId, chain: Chain): void {
    const stored = chain.next === null ? undefined : this.#documentOf(chain.next)
    chain.walked++
    chain.next = null
    if (stored === undefined) return
    const document = this.#read(stored)
    chain.next = document.previous
    const { id, clock } = document
    const name = ROSTER.reduce(ROSTER.initial(), document).profiles.get(author)?.name
    if (name !== undefined) chain.namings.push({ name, writtenAt: { id, clock } })
  }

  #previousOf(id: DocumentId): DocumentId | null {
    return this.#documentOf(id)?.previous ?? null
  }

  #documentOf(id: DocumentId): Document | undefined {
    const row = this.#store.document(id)
    const document = row && storedDocument(row)
    if (row !== undefined && document === undefined) this.#foundDamage()
    return document
  }
}
