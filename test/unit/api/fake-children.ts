/** The rooms below a room in memory, in the form of the library. */
import {
  KithError,
  type Children,
  type ChildOptions,
  type ChildPage,
  type ChildRoom,
  type RoomTree,
} from '../../../src/kith.ts'

export { FakeDirectory } from './fake-directory.ts'

export class FakeChildren implements Children {
  /** Those that were linked last come first. */
  all: ChildRoom[] = []
  tree = (): RoomTree => ({ rooms: this.all.map((child) => ({ ...child, depth: 1 })), isCut: false })
  readonly #join: (child: ChildRoom) => void

  constructor(join: (child: ChildRoom) => void) {
    this.#join = join
  }

  list({ threads, before, limit = 50 }: ChildOptions = {}): ChildPage {
    const meant = this.all.filter(({ about }) => threads === undefined || threads === (about !== null))
    const start = 1 + meant.findIndex(({ link }) => link === before)
    const children = meant.slice(start, start + limit)
    return { children, next: start + limit < meant.length ? (children.at(-1)?.link ?? null) : null }
  }

  get(reference: string): ChildRoom {
    const child = this.all.find(({ id, title }) => id === reference || title === reference)
    if (child === undefined) throw new KithError('no-such-room', `there is no room '${reference}' below`)
    return child
  }

  about(messages: readonly string[]): ChildRoom[] {
    return this.all.filter(({ about }) => about !== null && messages.includes(about))
  }

  startThread(message: string, { title = message }: { title?: string } = {}): Promise<ChildRoom> {
    const child: ChildRoom = {
      ...{ id: `id of ${title}`, link: `link to ${title}`, title, about: message, status: 'followed' },
      ...{ startedBy: { peer: 'peer', name: 'Anna' }, startedAtMs: 0, newMessages: 0, newMentions: 0 },
      messages: 0,
    }
    this.all.unshift(child)
    return Promise.resolve(child)
  }

  follow(reference: string): Promise<ChildRoom> {
    const child = this.get(reference)
    child.status = 'followed'
    this.#join(child)
    return Promise.resolve(child)
  }

  unfollow(reference: string): Promise<ChildRoom> {
    const child = this.get(reference)
    child.status = 'linked'
    return Promise.resolve(child)
  }
}
