/** Short names for the ids in scenario files. */
import { sha256 } from '../../protocols/wire/crypto.ts'
import {
  digestOfDocumentId,
  documentIdOfDigest,
  parseDocumentId,
  type DocumentId,
  type RoomId,
  type TopicKey,
} from '../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'

export class Names {
  readonly #ids = new Map<string, DocumentId>()
  readonly #names = new Map<string, string>()

  /** The id of a room or document; the first use of a name creates one. */
  id(name: string): RoomId {
    let id = this.#ids.get(name)
    if (id === undefined) {
      id = documentIdOfDigest(sha256(Buffer.from(name)))
      this.#ids.set(name, id)
      this.#names.set(id, name)
      this.#names.set(topicKeyOf(id), name)
    }
    return id
  }

  ids(names: readonly string[]): DocumentId[] {
    return names.map((name) => this.id(name))
  }

  topic(name: string): TopicKey {
    return topicKeyOf(this.id(name))
  }

  /** The name of an id or topic. */
  of(id: string): string {
    return this.#names.get(id) ?? id
  }

  /** The name of a document by the first bytes of its salted hash. */
  ofShortId(shortId: string, salt: Uint8Array): string {
    const id = [...this.#names.keys()].find((each) => shortIdOf(each, salt)?.startsWith(shortId) === true)
    return id === undefined ? shortId : this.of(id)
  }

  list(ids: readonly string[]): string {
    return ids.map((id) => this.of(id)).join(' ')
  }
}

function shortIdOf(id: string, salt: Uint8Array): string | undefined {
  const document = parseDocumentId(id)
  return document && Buffer.from(sha256(salt, digestOfDocumentId(document))).toString('hex')
}
