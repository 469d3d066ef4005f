/**
 * The state that a history adds up to, written from the specification a second time: for every
 * document the whole state is made anew from all that count so far.
 */
import {
  byBytes,
  bytes,
  concat,
  documentId,
  FALSE,
  filled,
  head,
  hex,
  list,
  NULL,
  peerIdOf,
  sha256,
  text,
  TRUE,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import { acceptedOf, headsOf, spelled, type History, type Written } from './history.ts'
import { readBody, textOf } from './json-bodies.ts'
import { nameOf } from './names.ts'

const MAX_STATE_BYTES = 5_242_880
/** How much of a full map stays once something gives way. */
const MAKE_ROOM_TO_BYTES = 4_915_200
const MAX_PROFILES = 1_000
const MAX_MOVES = 16
/** What a list counts beside its elements. */
const LIST_BYTES = 5

/** A state in parts: the encoded elements of its lists. */
interface State {
  profiles: Bytes[]
  /** Null: the app is not known. */
  app: Bytes[] | null
  rulings: Bytes[]
  moves: Bytes[]
}

/** Whether the author of a document owned the room, by what the document knows. */
type IsByOwner = (document: Written) => boolean

/** What a move from one room to another says, by their digests. */
export const markOf = (from: Bytes, to: Bytes): Bytes => sha256(utf8('kith/moved/1'), from, to)

const authorText = ({ key }: Written): Bytes => text(key.peer)
const idText = ({ digest }: Written): Bytes => text(documentId(digest))
const lastOf = (documents: Written[]): Written => documents.at(-1) as Written

/** Documents with something in common, each group in the order that they were given in. */
function groups<Key>(documents: Written[], keyOf: (document: Written) => Key | undefined): [Key, Written[]][] {
  const byKey = new Map<Key, Written[]>()
  for (const document of documents) {
    const key = keyOf(document)
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), document])
  }
  return [...byKey]
}

/** The code units of a text, two bytes each, the larger first. */
const utf16 = (content: string): Bytes => Buffer.from(content, 'utf16le').swap16()

/** Elements by the text that they begin with, in the order of its UTF-16. */
const byText = (elements: [string, Bytes][]): Bytes[] =>
  elements.toSorted(([a], [b]) => byBytes(utf16(a), utf16(b))).map(([, element]) => element)

function profilesOf(documents: Written[], owner: string): Bytes[] {
  const isProfile = ({ kind, body }: Written): boolean => kind === 'profile' && nameOf(body) !== undefined
  const lasts = groups(documents.filter(isProfile), ({ key }) => key.peer).map(([, written]) => lastOf(written))
  const isOwner = ({ key }: Written): boolean => key.peer === owner
  const others = documents.filter((document) => lasts.includes(document) && !isOwner(document))
  const newest = [...lasts.filter(isOwner), ...others.toReversed()].slice(0, MAX_PROFILES)
  return byText(
    newest.map((last) => [last.key.peer, list([authorText(last), text(last.body), uint(last.clock), idText(last)])]),
  )
}

/** The last ruling of the owner on each author, by the author's peer id. */
function rulingsOf(documents: Written[], owner: string): Map<string, Written> {
  const isRuling = ({ kind, body, key }: Written): boolean =>
    (kind === 'drop-author' || kind === 'restore-author') && key.peer === owner && body.length === 32
  const rulings = groups(documents.filter(isRuling), ({ body }) => peerIdOf(body))
  return new Map(rulings.filter(([author]) => author !== owner).map(([author, written]) => [author, lastOf(written)]))
}

const encodedRulings = (rulings: Map<string, Written>): Bytes[] =>
  byText(
    [...rulings].map(([author, ruling]) => {
      const isDropped = ruling.kind === 'drop-author' ? TRUE : FALSE
      return [author, list([text(author), isDropped, uint(ruling.clock), idText(ruling)])]
    }),
  )

function movesOf(documents: Written[], isByOwner: IsByOwner): Bytes[] {
  const isMove = (document: Written): boolean => {
    const { kind, body, room } = document
    if (kind !== 'room/moved' || body.length !== 32 || room === null || !isByOwner(document)) return false
    return byBytes(body, markOf(room, room)) !== 0
  }
  const lasts = groups(documents.filter(isMove), ({ key }) => key.peer).map(([, written]) => lastOf(written))
  const newest = documents.filter((document) => lasts.includes(document)).slice(-MAX_MOVES)
  return byText(
    newest.map((last) => [last.key.peer, list([authorText(last), bytes(last.body), uint(last.clock), idText(last)])]),
  )
}

/** What a message says: its text, encoded, and the map of what it says besides, if it has one. */
function saidIn({ kind, body }: Written): Bytes[] | undefined {
  if (kind !== 'message') return undefined
  if (textOf(body) !== undefined) return body.length <= 16_384 ? [text(body)] : undefined
  const value = readBody(body, true)?.value
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'text,guest') return undefined
  const { text: said, guest } = value as Record<string, unknown>
  const more = moreOf({ guest })
  if (typeof said !== 'string' || more === undefined || utf8(said).length > 16_384) return undefined
  return [text(said), more]
}

/** A map with the name of a guest and nothing else, encoded again; undefined for anything else. */
function moreOf(value: unknown): Bytes | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'guest') return undefined
  const { guest } = value as Record<string, unknown>
  const name = typeof guest === 'string' ? utf8(guest) : filled(0)
  if (name.length > 32 || nameOf(name) === undefined) return undefined
  return concat(head(5, 1), text('guest'), text(name))
}

/** A map with a fence and nothing else; undefined for anything else. */
function fenceIn(value: unknown): { more: Bytes; fence: number } | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'fence') return undefined
  const { fence } = value as Record<string, unknown>
  if (typeof fence !== 'number' || !Number.isSafeInteger(fence) || fence < 1) return undefined
  return { more: concat(head(5, 1), text('fence'), uint(fence)), fence }
}

function chatOf(documents: Written[]): Bytes[] {
  return documents
    .flatMap((message) => {
      const said = saidIn(message)
      return said === undefined ? [] : [{ message, said }]
    })
    .slice(-100)
    .map(({ message, said }) =>
      list([idText(message), uint(message.clock), authorText(message), uint(message.timeMs), ...said]),
    )
}

/** What a document does in a map. */
interface Entry {
  key: string
  /** One, encoded, or none for a removal. */
  values: Bytes[]
  /** The guest or the fence, as a map, or none. */
  more: Bytes[]
  /** 0 without one. */
  fence: number
}

/** Bodies that were read: they are long, and read again for each document after them. */
const entries = new WeakMap<Written, { entry: Entry | undefined }>()

function entryOf(document: Written): Entry | undefined {
  const known = entries.get(document) ?? { entry: readEntry(document) }
  entries.set(document, known)
  return known.entry
}

function readEntry({ kind, body }: Written): Entry | undefined {
  const isRemoval = kind === 'delete'
  if (isRemoval && textOf(body) !== undefined) {
    return isKey(textOf(body)) ? { key: textOf(body) as string, values: [], more: [], fence: 0 } : undefined
  }
  const parts = isRemoval || kind === 'put' ? readBody(body, true)?.value : undefined
  if (!Array.isArray(parts) || !isKey(parts[0])) return undefined
  const beside = isRemoval ? 1 : 2
  const fenced = parts.length === beside + 1 ? fenceIn(parts[beside]) : undefined
  const more = fenced?.more ?? (parts.length === beside + 1 ? moreOf(parts[beside]) : undefined)
  const isWhole = more !== undefined || (!isRemoval && parts.length === beside)
  if (!isWhole) return undefined
  // Before the value stand the head of the list and the key. There is one form, so the value is copied.
  const value = body.subarray(1 + text(parts[0]).length, body.length - (more?.length ?? 0))
  const fence = fenced?.fence ?? 0
  return { key: parts[0], values: isRemoval ? [] : [value], more: more === undefined ? [] : [more], fence }
}

const isKey = (key: unknown): key is string =>
  typeof key === 'string' && utf8(key).length > 0 && utf8(key).length <= 1_024

const fenceOf = (document: Written): number => entryOf(document)?.fence ?? 0

/** The last writes of the keys of a map, of those with the highest fence. */
const writesOf = (documents: Written[]): [key: string, last: Written][] =>
  groups(documents, (document) => entryOf(document)?.key).map(([key, written]) => {
    const highest = Math.max(...written.map(fenceOf))
    return [key, lastOf(written.filter((document) => fenceOf(document) === highest))]
  })

const encodedWrite = ([key, last]: [string, Written]): Bytes =>
  list([
    ...[text(key), list(entryOf(last)?.values ?? []), uint(last.clock), idText(last), authorText(last)],
    ...(entryOf(last)?.more ?? []),
  ])

const mapOf = (documents: Written[]): Bytes[] =>
  byText(writesOf(documents).map((write): [string, Bytes] => [write[0], encodedWrite(write)]))

const sumOf = (writes: [string, Written][]): number =>
  writes.reduce((sum, write) => sum + encodedWrite(write).length, 0)

/** What is left of a map's documents when something gives way for the last of them. */
function withoutGivenWay(documents: Written[]): Written[] {
  const written = lastOf(documents)
  const [own, others] = [true, false].map((isOwn) => {
    return writesOf(documents).filter(([, { key }]) => (key.peer === written.key.peer) === isOwn)
  }) as [[string, Written][], [string, Written][]]
  const ownBytes = sumOf(own)
  const before = writesOf(documents.slice(0, -1)).filter(([, { key }]) => key.peer !== written.key.peer)
  const held = groups(
    before.map(([, document]) => document),
    ({ key }) => key.peer,
  ).map(([author, theirs]) => {
    return { author, sizeBytes: sumOf(theirs.map((document) => [entryOf(document)?.key as string, document])) }
  })
  held.sort((a, b) => b.sizeBytes - a.sizeBytes || (a.author < b.author ? -1 : 1))
  const gone = new Set<string>()
  let excess = LIST_BYTES + ownBytes + sumOf(others) - MAKE_ROOM_TO_BYTES
  for (const { author, sizeBytes } of held) {
    let left = sizeBytes
    const theirs = before.filter(([, { key }]) => key.peer === author)
    const order = (document: Written): number => documents.indexOf(document)
    for (const write of theirs.toSorted(([, a], [, b]) => order(a) - order(b))) {
      if (excess <= 0 || left <= ownBytes) break
      left -= encodedWrite(write).length
      if (write[0] === entryOf(written)?.key) continue
      excess -= encodedWrite(write).length
      gone.add(write[0])
    }
  }
  return documents.filter((document) => !gone.has(entryOf(document)?.key ?? ''))
}

const APPS: Record<string, (documents: Written[]) => Bytes[]> = { chat: chatOf, map: mapOf }

const stateOf = (
  app: string,
  documents: Written[],
  owner: string,
  isByOwner: IsByOwner = ({ key }) => key.peer === owner,
): State => ({
  moves: movesOf(documents, isByOwner),
  profiles: profilesOf(documents, owner),
  app: APPS[app]?.(documents) ?? null,
  rulings: encodedRulings(rulingsOf(documents, owner)),
})

const sizeOfList = (elements: Bytes[]): number => elements.reduce((sum, element) => sum + element.length, LIST_BYTES)

/** The size that counts: that of the app's part. */
const sizeOf = (app: string, documents: Written[]): number => {
  const part = APPS[app]?.(documents)
  return part === undefined ? 1 : sizeOfList(part)
}

const encoded = ({ profiles, app, rulings, moves }: State): Bytes =>
  list([
    bytes(list(profiles)),
    bytes(app === null ? NULL : list(app)),
    ...(rulings.length + moves.length === 0 ? [] : [bytes(list(rulings))]),
    ...(moves.length === 0 ? [] : [bytes(list(moves))]),
  ])

/** What counts of a room's documents, and what is refused as the state would be too large with it. */
function counted(app: string, accepted: Written[], owner: string): { taken: Written[]; refused: Written[] } {
  const rulings = rulingsOf(accepted, owner)
  const refused: Written[] = []
  let taken: Written[] = []
  for (const document of accepted) {
    if (rulings.get(document.key.peer)?.kind === 'drop-author') continue
    const before = sizeOf(app, taken)
    let next = [...taken, document]
    const isTooLarge = (): boolean => sizeOf(app, next) > MAX_STATE_BYTES && sizeOf(app, next) > before
    if (app === 'map' && isTooLarge()) next = withoutGivenWay(next)
    if (isTooLarge()) refused.push(document)
    else taken = next
  }
  return { taken, refused }
}

/** What all nodes come to by a history. `arrival`: the documents in some order; default: as they were written. */
export function historyVector(name: string, history: History, arrival: Written[] = history.documents) {
  const accepted = acceptedOf(history)
  const owner = history.root.key.peer
  const { taken, refused } = counted(history.app, accepted, owner)
  const state = stateOf(history.app, taken, owner)
  const content = encoded(state)
  const ids = (documents: Written[]): string[] => documents.map(({ digest }) => documentId(digest))
  return {
    name,
    room: documentId(history.room),
    app: history.app,
    documents: arrival.map(({ name: what, block }) => ({ name: what, block: spelled(block) })),
    order: ids(accepted),
    heads: ids(headsOf(accepted)),
    refused: ids(refused),
    sizeBytes: sizeOf(history.app, taken),
    state: spelled(content),
    hash: hex(sha256(content)),
  }
}

/** The state of a room with members after documents that count and fit it, in order. */
export const stateWithMembers = (history: History, counting: Written[], isByOwner: IsByOwner): Bytes =>
  encoded(stateOf(history.app, counting, history.root.key.peer, isByOwner))

/** How much larger the state of a history may become. */
export function freeBytes(history: History): number {
  const { taken } = counted(history.app, acceptedOf(history), history.root.key.peer)
  return MAX_STATE_BYTES - sizeOf(history.app, taken)
}
