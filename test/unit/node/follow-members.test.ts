/** Reading a chat with members before its history is here: what the state of the checkpoint has, each message once. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RECENT_MESSAGES } from '../../../protocols/apps/chat/constants.ts'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import type { FollowOptions, Message } from '../../../src/kith.ts'
import { Announcer } from '../../../src/node/announcer.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { joinByLine, writeLine } from '../machine/invite-lines.ts'
import { Nodes, type TestNode } from '../machine/nodes.ts'
import { addNode, createPrivate } from '../machine/private-party.ts'
import { coreOf, servicesOf } from './core.ts'

const FRAME_MS = 100
const OLD_DOCUMENTS = 3 * CHECKPOINT_DOCUMENTS

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let room: RoomId
let stop: AbortController

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  carl = addNode(nodes, 3)
  room = createPrivate(anna)
  for (let i = 0; i < OLD_DOCUMENTS; i++) anna.say(room, `old ${i} `.padEnd(1_000, '.'))
  stop = new AbortController()
})

afterEach(() => stop.abort())

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const idsOf = (messages: Iterable<{ id: string }>) => [...messages].map(({ id }) => id)

function libraryOf({ machine, store }: TestNode, index: number) {
  const core = { ...coreOf(index), machine, store, apps: byName(builtInApps), stopped: stop.signal }
  const rooms = new LocalRooms(core, servicesOf(core))
  return { library: rooms.byId(room), announcer: new Announcer(machine, rooms, () => undefined) }
}

function joinByInvite(): ReturnType<typeof libraryOf>['library'] {
  joinByLine(carl, room, writeLine(anna, room))
  const { library, announcer } = libraryOf(carl, 3)
  carl.onEvent = (event) => {
    if (event.type === 'document' || event.type === 'shown') announcer.document(event)
    if (event.type === 'preview-begun' || event.type === 'preview-ended') announcer.preview(event)
  }
  nodes.frameMs = FRAME_MS
  nodes.link(anna, carl)
  return library
}

async function runUntil(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !isSo(); i++) await run(20)
  expect(isSo()).toBe(true)
}

async function run(durationMs: number): Promise<void> {
  nodes.run(durationMs)
  for (let i = 0; i < 3; i++) await new Promise(setImmediate)
}

it('shows the newest messages at once, then what came after them, each once', async () => {
  const library = joinByInvite()
  await runUntil(() => roomOf(carl).isPreview)
  const everything = [...libraryOf(anna, 1).library.messages()]
  const recent = idsOf(library.messages())
  const shown = everything.slice(everything.findIndex(({ id }) => id === recent[0]))
  expect(recent).toHaveLength(RECENT_MESSAGES)
  expect(recent).toEqual(idsOf(shown).slice(0, RECENT_MESSAGES))
  expect([...library.messages()]).toEqual(shown.slice(0, RECENT_MESSAGES))
  expect(idsOf(library.messages({ last: 3 }))).toEqual(recent.slice(-3))

  const collect = (options: FollowOptions): Message[] => {
    const got: Message[] = []
    void (async () => {
      for await (const message of library.followMessages({ ...options, signal: stop.signal })) got.push(message)
    })()
    return got
  }
  const chat = collect({ last: 20 })
  const all = collect({})
  await run(0)
  expect(idsOf(chat)).toEqual(recent.slice(-20))
  await run(120_000)
  expect(roomOf(carl).isPreview).toBe(false)
  const fresh = anna.say(room, 'new')
  await run(2_000)
  const read = idsOf(library.messages())
  expect(read).toEqual([...idsOf(everything), fresh])
  expect(idsOf(chat)).toEqual(read.slice(read.indexOf(recent.at(-20)!)))
  expect(idsOf(all)).toEqual(read)
})
