/** Following a room that begins with a checkpoint: what is shown comes once and at once, and the history is not news. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import type { FollowOptions, Message } from '../../../src/kith.ts'
import { Announcer } from '../../../src/node/announcer.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { coreOf, servicesOf } from './core.ts'
import { Liar } from '../machine/liar.ts'
import { Nodes, type TestNode } from '../machine/nodes.ts'

/** How long a frame keeps a link busy, so that a history takes its time. */
const FRAME_MS = 100
const STEP_MS = 20
const OLD_DOCUMENTS = 7 * CHECKPOINT_DOCUMENTS

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let room: RoomId
let stop: AbortController

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  carl = nodes.add('carl', 3)
  room = anna.create()
  for (let i = 0; i < OLD_DOCUMENTS; i++) anna.say(room, `old ${i} `.padEnd(3_000, '.'))
  nodes.frameMs = FRAME_MS
  stop = new AbortController()
})

afterEach(() => stop.abort())

/** The rooms of a node for its users, as they are since its last start. */
function libraryOf(node: TestNode) {
  const { machine, store } = node
  const core = { ...coreOf(3), machine, store, apps: byName(builtInApps), stopped: stop.signal }
  const rooms = new LocalRooms(core, servicesOf(core))
  const announcer = new Announcer(machine, rooms, () => undefined)
  node.onEvent = (event) => {
    if (event.type === 'document' || event.type === 'shown') announcer.document(event)
    if (event.type === 'preview-begun' || event.type === 'preview-ended') announcer.preview(event)
  }
  return rooms.byId(room)
}

type Library = ReturnType<typeof libraryOf>

/** Collects what a follower gets, which sometimes takes its time. */
function collect(library: Library, options: FollowOptions, random: () => number = () => 1): Message[] {
  const got: Message[] = []
  void (async () => {
    for await (const message of library.followMessages({ ...options, signal: stop.signal })) {
      got.push(message)
      if (random() < 0.2) await turns(3)
    }
  })()
  return got
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

/** Lets time pass, in which readers read. */
async function run(durationMs: number, each: () => void = () => undefined): Promise<void> {
  for (let i = 0; i < durationMs / STEP_MS; i++) {
    nodes.run(STEP_MS)
    each()
    await turns(2)
  }
}

async function runUntil(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !isSo(); i++) await run(STEP_MS)
  expect(isSo()).toBe(true)
}

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const isJoined = () => carl.events.some(({ type }) => type === 'joined')
const idsOf = (messages: readonly { id: string }[]) => messages.map(({ id }) => id)
const isOnce = (ids: readonly string[]) => expect(ids.length).toBe(new Set(ids).size)
const messageIds = (node: TestNode) => idsOf([...libraryMessages(node)])
const libraryMessages = (node: TestNode) => new LocalRooms(coreWith(node), servicesOf(coreOf(4))).byId(room).messages()
const coreWith = ({ machine, store }: TestNode) => ({ ...coreOf(4), machine, store, apps: byName(builtInApps) })

describe('a newcomer', () => {
  let library: Library

  beforeEach(async () => {
    carl.command({ type: 'join', room })
    library = libraryOf(carl)
    nodes.link(anna, carl)
  })

  it.each([1, 2, 3])(
    'gets what is new at once and once, and the history only if it wants it (seed %i)',
    async (seed) => {
      const told: string[] = []
      library.on('message', ({ id }) => told.push(id))
      await runUntil(isJoined)
      const { position } = roomOf(carl).preview!
      const random = seededRandom(seed)
      const quick = collect(library, { older: false })
      const shown = collect(library, { older: false }, random)
      const chat = collect(library, { last: 20 }, random)
      const all = collect(library, {}, random)
      const fresh: DocumentId[] = []
      const missed: string[] = []
      let visible: string[] = []
      await runUntil(() => carl.stateHash(room) === anna.stateHash(room))
      let written = 0
      await run(800, () => {
        if (random() < 0.5) fresh.push(anna.say(room, `new ${written++}`))
        fresh.push(carl.say(room, `mine ${written++}`))
        missed.push(...visible.filter((id) => !idsOf(quick).includes(id)))
        visible = idsOf([...library.messages()])
      })
      expect(roomOf(carl).isPreview).toBe(true)
      expect(visible).toContain(fresh.at(-1))
      const page = library.messagePage({ limit: 3 })
      expect(idsOf(page.messages)).toEqual(visible.slice(-3))
      expect(idsOf(library.messagePage({ limit: 3, before: page.next! }).messages)).toEqual(visible.slice(-6, -3))
      expect(idsOf(library.messagePage({ limit: 3, after: visible.at(-6)! }).messages)).toEqual(visible.slice(-5, -2))
      expect(missed).toEqual([])
      await run(120_000)
      expect(roomOf(carl).isPreview).toBe(false)
      fresh.push(anna.say(room, 'afterwards'), carl.say(room, 'yes'))
      await run(2_000)
      const everything = messageIds(carl)
      expect(everything).toEqual(messageIds(anna))
      for (const ids of [shown, chat, all].map(idsOf)) {
        isOnce(ids)
        expect(fresh.filter((id) => !ids.includes(id))).toEqual([])
      }
      const isAfter = ({ clock, id }: { clock: number; id: string }) =>
        comparePositions({ clock, id: id as DocumentId }, position) > 0
      const after = [...library.messages()].filter(isAfter)
      expect(idsOf(shown).toSorted()).toEqual(idsOf(after).toSorted())
      expect(idsOf(chat).every((id) => idsOf(after).includes(id))).toBe(true)
      expect(idsOf(all).toSorted()).toEqual(everything.toSorted())
      expect(told.toSorted()).toEqual(everything.toSorted())
    },
  )

  it('may follow before there is anything to begin with', async () => {
    await runUntil(() => roomOf(carl).record.status === 'open')
    const shown = collect(library, { last: 20 })
    await runUntil(isJoined)
    const fresh = anna.say(room, 'new')
    await runUntil(() => idsOf(shown).includes(fresh))
    expect(roomOf(carl).isPreview).toBe(true)
    await run(120_000)
    const again = anna.say(room, 'again')
    await run(1_000)
    isOnce(idsOf(shown))
    expect(idsOf(shown).slice(-2)).toEqual([fresh, again])
    expect(shown.length).toBeLessThan(OLD_DOCUMENTS / 2)
  })

  it('is not told again after a restart what was shown before', async () => {
    const told: string[] = []
    library.on('message', ({ id }) => told.push(id))
    await runUntil(isJoined)
    await runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    const before = anna.say(room, 'before')
    await runUntil(() => told.includes(before))
    carl.restart()
    library = libraryOf(carl)
    library.on('message', ({ id }) => told.push(id))
    const shown = collect(library, { last: 20 })
    await run(0)
    const mine = carl.say(room, 'mine')
    await run(1_000)
    const fresh = anna.say(room, 'new')
    await run(120_000)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(shown.slice(-3).map(({ id }) => id)).toEqual([before, mine, fresh])
    isOnce(idsOf(shown))
    expect(told.toSorted()).toEqual(messageIds(carl).toSorted())
  })

  it('loses nothing if the history of what it began with does not exist', async () => {
    nodes.unlink(anna, carl)
    const liar = new Liar(nodes, 'liar', room)
    const dora = nodes.add('dora', 4)
    const invented = liar.invent(dora.machine.rooms.require(dora.create()).view.encode())
    nodes.link(carl, liar)
    liar.vouch(carl, invented.id)
    nodes.link(anna, carl)
    await runUntil(() => roomOf(carl).isPreview)
    const shown = collect(library, { older: false })
    const chat = collect(library, { last: 20 })
    const fresh = anna.say(room, 'new')
    await run(120_000)
    expect(roomOf(carl).isPreview).toBe(false)
    const again = anna.say(room, 'again')
    await run(1_000)
    expect(idsOf(shown)).toEqual(messageIds(anna))
    isOnce(idsOf(chat))
    expect(idsOf(chat).slice(-2)).toEqual([fresh, again])
  })
})
