/** The directory that a room of a running node is, for library users. */
import { CID } from 'multiformats/cid'
import { DEFAULT_PAGE, MAX_LINK_BYTES, MAX_PAGE, MAX_TEXT_BYTES } from '../../protocols/directory/constants.ts'
import { keyOf, type DirectoryRecord, type Place } from '../../protocols/directory/index.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import { directory } from '../apps/directory/index.ts'
import { grouped } from '../grouped.ts'
import { KithError, type Directory, type DirectoryEntry, type DirectoryPage, type NewDirectoryEntry } from '../kith.ts'
import { shownName } from '../names.ts'
import { pastedCid } from '../pasted.ts'
import { requireWriter } from '../room/access/rights.ts'
import { requireNotRemoved } from '../room/removal.ts'
import { isDropped } from '../room/rulings.ts'
import type { NodeDirectories } from './node-directories.ts'
import type { NodeRoom } from './node-room.ts'
import { quoted } from './quoted.ts'

/** Entries that are put at once: some 30 ms of signature checks for each holder, at each level of the tree that is new. */
const BATCH = 256

export class LocalDirectory implements Directory {
  readonly #room: NodeRoom
  readonly #directories: NodeDirectories

  constructor(room: NodeRoom, directories: NodeDirectories) {
    this.#room = room
    this.#directories = directories
  }

  async add(text: string, { link }: { link?: string } = {}): Promise<{ copies: number }> {
    this.#requireWriter()
    const before = await this.#entryOf(text, this.#room.core.self)
    return this.#put([this.#signed({ text, ...(link !== undefined && { link }) }, before?.timeMs)])
  }

  async addAll(entries: readonly NewDirectoryEntry[]): Promise<{ copies: number }> {
    this.#requireWriter()
    let copies = Infinity
    for (let i = 0; i < entries.length; i += BATCH) {
      const part = entries.slice(i, i + BATCH).map((entry) => this.#signed(entry))
      copies = Math.min(copies, (await this.#put(part)).copies)
    }
    return { copies: entries.length === 0 ? 0 : copies }
  }

  async find(
    prefix: string,
    { limit = DEFAULT_PAGE, after }: { limit?: number; after?: string } = {},
  ): Promise<DirectoryPage> {
    this.#room.requireApp(directory.name)
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new KithError('bad-value', `a page has 1 to ${MAX_PAGE} entries`)
    }
    const key = keyToFind(prefix)
    const from = after === undefined ? undefined : Buffer.from(after, 'base64url').toString('latin1')
    if (from !== undefined && !from.startsWith(key)) {
      throw new KithError('bad-value', 'the page to go on after is one of another search')
    }
    const found = await this.#directories.find(this.#room.id, key, limit, from)
    return {
      entries: found.entries.map((record) => this.#shown(record)),
      next: found.next === undefined ? null : Buffer.from(found.next, 'latin1').toString('base64url'),
      ...{ isIncomplete: found.isIncomplete, cost: found.cost },
    }
  }

  async remove(text: string, { author: reference }: { author?: string } = {}): Promise<{ copies: number }> {
    this.#requireWriter()
    const { core, id, name } = this.#room
    const of = reference === undefined ? core.self : core.resolvePeer(reference)
    if (of !== core.self && !core.machine.wings.directory.rights(id).isAdmin(core.self)) {
      throw new KithError('no-right', `only admins of '${name}' remove what others put there (kith members ROOM)`)
    }
    const entry = await this.#entryOf(text, of)
    if (entry === undefined) {
      const whose = of === core.self ? 'of this node' : `of ${this.#room.nameOf(of)}`
      throw new KithError('no-such-entry', `there is no entry ${quoted(text)} ${whose} in '${name}'`)
    }
    const { text: spelled, timeMs } = entry
    return this.#put([this.#directories.sign(id, { text: spelled, isGone: true, of }, timeMs)])
  }

  /** What an author has under the key of a text. */
  async #entryOf(text: string, author: PeerId): Promise<DirectoryRecord | undefined> {
    const place = `${keyToFind(text)}\0${Buffer.from(publicKeyOfPeerId(author) ?? '').toString('latin1')}`
    // What is told comes after what it begins with.
    const { entries } = await this.#directories.find(this.#room.id, place.slice(0, -1), MAX_PAGE)
    return entries.find((entry) => entry.place === place)
  }

  #signed({ text, link }: NewDirectoryEntry, beforeMs?: number): DirectoryRecord {
    keyToFind(text)
    const bytes = link === undefined ? undefined : bytesOfLink(link)
    const since = beforeMs === undefined ? undefined : beforeMs + 1
    return this.#directories.sign(this.#room.id, { text, ...(bytes && { link: bytes }) }, since)
  }

  async #put(records: readonly DirectoryRecord[]): Promise<{ copies: number }> {
    const { copies } = await this.#directories.place(this.#room.id, records)
    if (copies > 0) return { copies }
    throw new KithError(
      'quota',
      `the nodes that should have it in '${this.#room.name}' took no more of this node: it has as many entries there that begin like that as one author may have, or they are full; admins have more space`,
    )
  }

  #requireWriter(): void {
    this.#room.requireApp(directory.name)
    const { open, core, name } = this.#room
    requireNotRemoved(open, core)
    requireWriter(open, core.self)
    if (isDropped(open.view.state.rulings, core.self)) {
      throw new KithError('no-right', `the owner of '${name}' has dropped what this node writes there`)
    }
  }

  #shown({ text, link, author, timeMs }: DirectoryRecord): DirectoryEntry {
    return {
      ...{ text: shownName(text), link: link === undefined ? null : CID.decode(link).toString() },
      ...{ author: { peer: author, name: this.#room.nameOf(author) }, atMs: timeMs },
    }
  }
}

/** Throws a KithError `bad-value`. */
function keyToFind(text: string): Place {
  const key = keyOf(text)
  if (key !== undefined) return key
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_TEXT_BYTES) {
    throw new KithError(
      'bad-value',
      `a text of a directory has at most ${MAX_TEXT_BYTES} bytes, but this one has ${grouped(bytes)}`,
    )
  }
  throw new KithError(
    'bad-value',
    `${quoted(text)} has nothing to find it by: a text of a directory has something to see and no control characters`,
  )
}

/** Throws a KithError `bad-value`. */
function bytesOfLink(link: string): Uint8Array {
  try {
    const { bytes } = CID.parse(pastedCid(link))
    if (bytes.length <= MAX_LINK_BYTES) return bytes
  } catch {
    // Told below.
  }
  throw new KithError('bad-value', `${quoted(link)} is not a CID, such as that of a room, a document or a file`)
}
