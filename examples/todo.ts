/** A to-do list that everyone in the room can see and tick off. `node examples/todo.ts` demonstrates it. */
import { createNode, defineApp, KithError, text } from '@kith-p2p/kith'

/** In the order in which they were added. */
type Items = readonly { id: string; text: string; isDone: boolean }[]

export const todo = defineApp({
  name: 'todo',
  initial: (): Items => [],

  kinds: {
    /** What is to do. */
    add: text({ maxBytes: 200 }),
    /** The id of an item: of the document that added it. */
    done: text({ maxBytes: 100 }),
  },

  reduce(items, { kind, value, id }) {
    if (kind === 'add') return [...items, { id, text: value, isDone: false }]
    return items.map((item) => (item.id === value ? { ...item, isDone: true } : item))
  },

  commands: {
    async add(room, what: string) {
      if (what.trim() === '') throw new KithError('bad-value', 'an item must not be empty')
      return room.update('add', what)
    },
    async done(room, what: string) {
      const item = room.state.find(({ text, isDone }) => text === what && !isDone)
      if (item === undefined) throw new KithError('todo/no-such-item', `'${what}' is not to be done`)
      return room.update('done', item.id)
    },
    list: (room) => room.state.map(({ text, isDone }) => `[${isDone ? 'x' : ' '}] ${text}`),
  },

  offers: {
    add: {
      summary: 'add something to do',
      args: [{ name: 'what', description: 'what to do', type: 'words' }],
      prints: 'nothing',
    },
    done: {
      summary: 'tick something off',
      args: [{ name: 'what', description: 'what is done', type: 'words' }],
      prints: 'nothing',
    },
    list: { summary: 'show what is to do', prints: 'lines' },
  },

  message: ({ kind, value }) => (kind === 'add' ? `adds ${value}` : undefined),

  sample({ state, text, random }) {
    const next = state.find(({ isDone }) => !isDone)
    return next !== undefined && random() < 0.4 ? { kind: 'done', value: next.id } : { kind: 'add', value: text }
  },
})

if (import.meta.main) {
  const node = await createNode({ dataDir: ':memory:', apps: [todo] })
  const room = await node.rooms.create({ name: 'Home', app: todo })
  await room.add('buy milk')
  await room.add('water the plants')
  await room.done('buy milk')
  for (const line of room.list()) console.log(line)
  await node.stop()
}
