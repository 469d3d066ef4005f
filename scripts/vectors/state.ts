/**
 * The state that a history adds up to, written from the specification a second time: for every
 * document the whole state is made anew from all that count so far.
 */
import { byBytes, bytes, documentId, hex, list, NULL, sha256, text, uint, utf8, type Bytes } from './bytes.ts'
import { acceptedOf, headsOf, spelled, type History, type Written } from './history.ts'
import { readBody, textOf } from './json-bodies.ts'
import { nameOf } from './names.ts'

const MAX_STATE_BYTES = 5_242_880
/** What a list counts beside its elements. */
const LIST_BYTES = 5

/** A state in parts: the encoded elements of its lists. */
interface State {
  profiles: Bytes[]
  /** Null: the app is not known. */
  app: Bytes[] | null
}

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

function profilesOf(documents: Written[]): Bytes[] {
  const isProfile = ({ kind, body }: Written): boolean => kind === 'profile' && nameOf(body) !== undefined
  const byAuthor = groups(documents.filter(isProfile), ({ key }) => key.peer)
  return byText(
    byAuthor.map(([author, written]) => {
      const last = lastOf(written)
      return [author, list([authorText(last), text(last.body), uint(last.clock), idText(last)])]
    }),
  )
}

function chatOf(documents: Written[]): Bytes[] {
  return documents
    .filter(({ kind, body }) => kind === 'message' && body.length <= 16_384 && textOf(body) !== undefined)
    .slice(-100)
    .map((message) =>
      list([idText(message), uint(message.clock), authorText(message), uint(message.timeMs), text(message.body)]),
    )
}

/** What a document does in a map. */
interface Entry {
  key: string
  /** One, encoded, or none for a removal. */
  values: Bytes[]
}

/** Bodies that were read: they are long, and read again for each document after them. */
const entries = new WeakMap<Written, { entry: Entry | undefined }>()

function entryOf(document: Written): Entry | undefined {
  const known = entries.get(document) ?? { entry: readEntry(document) }
  entries.set(document, known)
  return known.entry
}

function readEntry({ kind, body }: Written): Entry | undefined {
  if (kind === 'delete') return isKey(textOf(body)) ? { key: textOf(body) as string, values: [] } : undefined
  const pair = kind === 'put' ? readBody(body, true)?.value : undefined
  if (!Array.isArray(pair) || pair.length !== 2 || !isKey(pair[0])) return undefined
  // Before the value stand the head of the pair and the key. There is one form, so the value is copied.
  return { key: pair[0], values: [body.subarray(1 + text(pair[0]).length)] }
}

const isKey = (key: unknown): key is string =>
  typeof key === 'string' && utf8(key).length > 0 && utf8(key).length <= 1_024

function mapOf(documents: Written[]): Bytes[] {
  const byKey = groups(documents, (document) => entryOf(document)?.key)
  return byText(
    byKey.map(([key, written]) => {
      const last = lastOf(written)
      return [key, list([text(key), list(entryOf(last)?.values ?? []), uint(last.clock), idText(last)])]
    }),
  )
}

const APPS: Record<string, (documents: Written[]) => Bytes[]> = { chat: chatOf, map: mapOf }

const stateOf = (app: string, documents: Written[]): State => ({
  profiles: profilesOf(documents),
  app: APPS[app]?.(documents) ?? null,
})

const sizeOfList = (elements: Bytes[]): number => elements.reduce((sum, element) => sum + element.length, LIST_BYTES)

/** The size that counts: three heads, and the lists with theirs. */
const sizeOf = ({ profiles, app }: State): number =>
  3 * LIST_BYTES + sizeOfList(profiles) + (app === null ? 1 : sizeOfList(app))

const encoded = ({ profiles, app }: State): Bytes =>
  list([bytes(list(profiles)), bytes(app === null ? NULL : list(app))])

/** What counts of a room's documents, and what is refused as the state would be too large with it. */
function counted(app: string, accepted: Written[]): { taken: Written[]; refused: Written[] } {
  const taken: Written[] = []
  const refused: Written[] = []
  for (const document of accepted) {
    const isTooMuch = sizeOf(stateOf(app, [...taken, document])) > MAX_STATE_BYTES
    ;(isTooMuch ? refused : taken).push(document)
  }
  return { taken, refused }
}

/** What all nodes come to by a history. `arrival`: the documents in some order; default: as they were written. */
export function historyVector(name: string, history: History, arrival: Written[] = history.documents) {
  const accepted = acceptedOf(history)
  const { taken, refused } = counted(history.app, accepted)
  const state = stateOf(history.app, taken)
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
    sizeBytes: sizeOf(state),
    state: spelled(content),
    hash: hex(sha256(content)),
  }
}

/** How much larger the state of a history may become. */
export function freeBytes(history: History): number {
  const { taken } = counted(history.app, acceptedOf(history))
  return MAX_STATE_BYTES - sizeOf(stateOf(history.app, taken))
}
