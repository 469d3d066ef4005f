/** What of a room is shown in public. */
import { buffer } from 'node:stream/consumers'
import { speakerKey } from '../../key-hash.ts'
import { KithError, type KithNode, type Message, type PageOptions, type Room } from '../../kith.ts'
import { HEAD_BYTES, shownTypeOf } from '../media-types.ts'

/** Messages on a page: enough to read for a while, and a few hundred kilobytes at most of usual ones. */
const PAGE_MESSAGES = 50
/** Rows of a table on a page. */
export const PAGE_ROWS = 200
/** Of which it is kept as what they are shown. */
const MAX_KNOWN_TYPES = 4_096

/** Somebody's message, with nothing in it by which the room or the author's node could be reached. */
export interface PublicMessage {
  id: string
  name: string
  /** Decides the colour of the name. */
  speaker: string
  timeMs: number
  text: string
  file?: { name: string; type: 'file' | 'folder'; sizeBytes: number; isPicture: boolean; isHere: boolean }
  /** The message that it answers, if that is shown: with the beginning of what it says. */
  answered?: { id: string; name: string; text: string }
}

/** What a room is called, and what it is. */
interface ShownAs {
  name: string
  app: string
}

export interface PublicPage {
  messages: PublicMessage[]
  /** Where the page before this one ends; null at the beginning. */
  older: string | null
  newer: string | null
}

/** An entry of a table. */
export interface PublicEntry {
  key: string
  value: string
  name: string
}

/** The bytes of a shared file. */
export interface PublicFile {
  name: string
  sizeBytes: number
  type: string | null
  read: (range: { start: number; end: number }) => AsyncGenerator<Uint8Array>
}

export class PublicRoom {
  /** As it stands in addresses. */
  readonly slug: string
  readonly #node: KithNode
  readonly #id: string
  readonly #types = new Map<string, string | null>()
  /** As it was when somebody looked, until something changes. */
  #shownAs: { as: ShownAs | undefined } | undefined

  constructor(node: KithNode, id: string, slug: string) {
    this.#node = node
    this.#id = id
    this.slug = slug
  }

  get id(): string {
    return this.#id
  }

  /** Undefined while it cannot be shown: it is not here yet, or is read by members only. */
  get shown(): ShownAs | undefined {
    this.#shownAs ??= { as: this.#look() }
    return this.#shownAs.as
  }

  /** Something has changed in it, or it was left. */
  changed(): void {
    this.#shownAs = undefined
  }

  #look(): ShownAs | undefined {
    const room = this.#room()
    if (room === undefined) return undefined
    const { name, app, isAppKnown, status, access, carried } = room.details()
    if (status !== 'open' || access === 'private' || carried !== undefined || !isAppKnown) return undefined
    return app === 'chat' || app === 'map' ? { name, app } : undefined
  }

  /** The newest messages, or those next to one. Throws a KithError `no-such-document`. */
  async page(options: Pick<PageOptions, 'before' | 'after'> = {}): Promise<PublicPage> {
    const room = this.#require()
    const { messages } = room.messagePage({ ...options, limit: PAGE_MESSAGES })
    const [first, last] = [messages[0], messages.at(-1)]
    const isAny = (beside: PageOptions): boolean => room.messagePage({ ...beside, limit: 1 }).messages.length > 0
    return {
      messages: await Promise.all(messages.map((message) => this.#shown(room, message))),
      older: first !== undefined && isAny({ before: first.id }) ? first.id : null,
      newer: last !== undefined && isAny({ after: last.id }) ? last.id : null,
    }
  }

  /** A message with what was said around it. Throws a KithError `no-such-document`. */
  async around(id: string): Promise<PublicPage> {
    const room = this.#require()
    const limit = PAGE_MESSAGES / 2
    const before = room.messagePage({ before: id, limit }).messages
    // What comes after the one before it begins with it.
    const previous = before.at(-1)
    const from =
      previous === undefined
        ? room.messagePage({ after: this.#id, limit: limit + 1 }).messages
        : room.messagePage({ after: previous.id, limit: limit + 1 }).messages
    if (from[0]?.id !== id) throw new KithError('no-such-document', 'there is no such message')
    const messages = [...before, ...from]
    const last = from.at(-1)
    return {
      messages: await Promise.all(messages.map((message) => this.#shown(room, message))),
      older: before.length === limit ? (before[0]?.id ?? null) : null,
      newer: from.length > limit ? (last?.id ?? null) : null,
    }
  }

  /** All entries of a table. */
  async entries(): Promise<PublicEntry[]> {
    const entries = (await this.#require().do('entries')) as { key: string; value: unknown; name: string }[]
    return entries.map(({ key, value, name }) => ({
      ...{ key, name },
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }))
  }

  /** A file by the document that shares it. Throws a KithError `no-such-file` or `not-here`. */
  async file(document: string): Promise<PublicFile> {
    const room = this.#require()
    const { name, sizeBytes, type, state, document: found } = room.files.get(document)
    // Not by its name or its CID, of which others have some, too.
    if (found !== document) throw new KithError('no-such-file', 'there is no such file')
    if (type !== 'file' || state !== 'here') throw new KithError('not-here', 'this file is not here')
    return {
      ...{ name, sizeBytes, type: await this.#typeOf(room, document, sizeBytes) },
      read: (range) => room.files.read(document, range),
    }
  }

  async #shown(room: Room, { id, author, guest, name, timeMs, text, file, replyTo }: Message): Promise<PublicMessage> {
    const speaker = speakerKey({ author, ...(guest !== undefined && { guest }) })
    const quoted = replyTo?.message
    const answered = quoted && { id: replyTo.id, name: quoted.name, text: quoted.text }
    const said = { id, name, speaker, timeMs, text, ...(answered && { answered }) }
    if (file === undefined) return said
    const { type, state } = room.files.get(id)
    const isHere = type === 'file' && state === 'here'
    const media = isHere ? await this.#typeOf(room, id, file.sizeBytes) : null
    const isPicture = media?.startsWith('image/') === true
    return { ...said, file: { name: file.name, type, sizeBytes: file.sizeBytes, isPicture, isHere } }
  }

  /** Told by the first bytes; null for what is only saved. */
  async #typeOf(room: Room, document: string, sizeBytes: number): Promise<string | null> {
    const known = this.#types.get(document)
    if (known !== undefined) return known
    const head = await buffer(room.files.read(document, { end: Math.min(HEAD_BYTES, sizeBytes) })).catch(
      () => undefined,
    )
    if (head === undefined) return null
    if (this.#types.size >= MAX_KNOWN_TYPES) this.#types.clear()
    const type = shownTypeOf(head) ?? null
    this.#types.set(document, type)
    return type
  }

  #room(): Room | undefined {
    try {
      return this.#node.rooms.get(this.#id)
    } catch (error) {
      if (error instanceof KithError) return undefined
      throw error
    }
  }

  #require(): Room {
    const room = this.shown === undefined ? undefined : this.#room()
    if (room === undefined) throw new KithError('no-such-room', 'there is no such room')
    return room
  }
}
