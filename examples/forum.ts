/**
 * A forum: a room whose topics are rooms below it. Everybody in the forum sees the titles; what is said about a topic is
 * fetched by who opens it, and nobody else. `node examples/forum.ts` shows one on two nodes.
 */
import { chat, createNode, type ChatRoom, type ChildRoom, type KithNode, type Room } from '@kith-p2p/kith'

/** How long to wait for what others have. */
const TIMEOUT_MS = 20_000

export class Forum {
  readonly #node: KithNode
  readonly #room: Room

  private constructor(node: KithNode, room: Room) {
    this.#node = node
    this.#room = room
  }

  static async create(node: KithNode, name: string): Promise<Forum> {
    return new Forum(node, await node.rooms.create({ name }))
  }

  /** `line`: what `line` of the forum says elsewhere. */
  static async join(node: KithNode, line: string): Promise<Forum> {
    const room = await node.rooms.join(line)
    await until(node, () => room.status === 'open')
    return new Forum(node, room)
  }

  /** With which others join. */
  get line(): string {
    return this.#room.details().invite
  }

  /** The newest fifty topics, the newest first; of those that are open with how much is new. */
  topics(): string[] {
    return this.#room.children.list({ threads: false }).children.map((topic) => `${topic.title} (${stateOf(topic)})`)
  }

  /** Begins a topic. */
  async begin(title: string, text: string): Promise<void> {
    const topic = await this.#node.rooms.create({ name: title, in: this.#room.id })
    await topic.send(text)
  }

  /** Opens a topic, if it is not, and answers there. */
  async answer(title: string, text: string): Promise<void> {
    const topic = await this.open(title)
    await topic.send(text)
  }

  /** What was said about a topic, which counts as read then. */
  async read(title: string): Promise<string[]> {
    const topic = await this.open(title)
    await topic.markRead()
    return [...topic.messages()].map(({ name, text }) => `${name}: ${text}`)
  }

  /** From here on, what is said about a topic is fetched. */
  async open(title: string): Promise<ChatRoom> {
    await until(this.#node, () => this.topics().some((topic) => topic.startsWith(title)))
    const { id } = await this.#room.children.follow(title)
    const topic = this.#node.rooms.get(id, chat)
    await until(this.#node, () => topic.status === 'open' && !topic.summary().isJoining)
    return topic
  }

  /** Fetches no more of a topic. */
  async close(title: string): Promise<void> {
    await this.#room.children.unfollow(title)
  }
}

function stateOf({ status, newMessages, startedBy }: ChildRoom): string {
  return status === 'followed' ? `${newMessages ?? 0} new` : `by ${startedBy.name}`
}

/** Resolves once something is so, which is looked at whenever something happens in the node. */
export function until(node: KithNode, isSo: () => boolean): Promise<void> {
  const events = ['room', 'joined', 'document'] as const
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      for (const name of events) node.off(name, look)
    }
    const look = (): void => {
      if (!isSo()) return
      end()
      resolve()
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error('nobody who has it is here'))
    }, TIMEOUT_MS)
    for (const name of events) node.on(name, look)
    look()
  })
}

if (import.meta.main) {
  const local = { dataDir: ':memory:', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false }
  const anna = await createNode({ ...local, name: 'Anna' })
  const forum = await Forum.create(anna, 'Cooking')
  await forum.begin('Bread', 'How long does it rise?')
  await forum.begin('Soup', 'With or without salt?')

  const bob = await createNode({ ...local, name: 'Bob' })
  const same = await Forum.join(bob, forum.line)
  await until(bob, () => same.topics().length === 2)
  console.log('Bob sees', same.topics().join(', '))
  await same.answer('Soup', 'With a lot of it!')
  await until(anna, () => forum.topics()[0] === 'Soup (1 new)')
  console.log('Anna sees', forum.topics().join(', '))
  console.log('Anna reads', (await forum.read('Soup')).join(' / '))
  await same.close('Soup')
  console.log('Bob sees', same.topics().join(', '))
  for (const node of [anna, bob]) await node.stop()
}
