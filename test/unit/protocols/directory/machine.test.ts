/** The machine of directories: whom it answers, what it refuses, and what others may cost. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN_RECORDS,
  ANSWER_BURST_BYTES,
  ANSWER_MS,
  AUTHOR_BURST,
  MAX_AUTHOR_RECORDS,
  MAX_DIRECTORY_NODES,
  MAX_DIRECTORY_RECORDS,
  MAX_HELD_NODES,
  MAX_HELD_RECORDS,
  MAX_LENGTHS,
  MAX_LOADED_NODES,
  MAX_RECORDS,
  MAX_TASKS,
  MIN_ANSWER_BYTES,
} from '../../../../protocols/directory/constants.ts'
import { DirectoryMachine, isSigned, type DirectoryRecordOnWire } from '../../../../protocols/directory/index.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'
import { DirectoryStore } from '../../../../src/simulate/directory/directory-store.ts'
import { entry, key, memberOf, OWNER, rightsWithout, ROOM } from './members.ts'

const self = memberOf('self').author
const peer = memberOf('peer').author
const outsider = memberOf('outsider').author
const anna = memberOf('anna')
const topic = topicKeyOf(ROOM)

let store: DirectoryStore
let machine: DirectoryMachine
let readers: Set<PeerId>
/** Of Anna, besides what is stored. */
let otherRecords = 0
/** In this directory and in all, besides what is stored. */
let held = { here: { nodes: 0, records: 0 }, all: { nodes: 0, records: 0 } }
let isOpen = true
let hasSpace = true
/** Nodes of which records were read. */
let recordsRead = 0

function rightsOf() {
  if (!isOpen) throw new Error('the room is not open')
  return rightsWithout()
}

beforeEach(() => {
  held = { here: { nodes: 0, records: 0 }, all: { nodes: 0, records: 0 } }
  store = new DirectoryStore()
  readers = new Set([peer])
  otherRecords = 0
  isOpen = true
  hasSpace = true
  machine = new DirectoryMachine({
    ...{ self, isSigned, rights: rightsOf, isReader: (_room, each) => readers.has(each) },
    hasSpace: () => hasSpace,
    roomOf: (named) => (isOpen && named === topic ? ROOM : undefined),
    node: (...args) => store.node(...args),
    records(...args) {
      recordsRead++
      return store.records(...args)
    },
    nodes: (...args) => store.nodes(...args),
    held: (room) => {
      const [{ nodes, records }, other] = [store.held(), room === undefined ? held.all : held.here]
      return { nodes: nodes + other.nodes, records: records + other.records }
    },
    authorRecords: (...args) => store.authorRecords(...args) + otherRecords,
  })
  for (const each of [peer, outsider]) handle({ type: 'peer-up', peer: each, creditBytes: 0 })
  handle({ type: 'command', command: { type: 'neighbour', room: ROOM, peer } })
})

type Input = Parameters<DirectoryMachine['handle']>[0]

function handle(input: Input, nowMs = 0) {
  const effects = machine.handle(input, nowMs)
  for (const effect of effects) if (effect.type === 'persist') store.apply(effect.write)
  return effects
}

const sentBy = (effects: ReturnType<typeof handle>): DirectoryRecordOnWire[] =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.record] : []))

function receive(record: DirectoryRecordOnWire, from = peer, nowMs = 0) {
  const effects = handle({ type: 'records', from, records: [record] }, nowMs)
  return {
    sent: sentBy(effects),
    faults: effects.flatMap((effect) => (effect.type === 'misbehaviour' ? [effect.reason.code] : [])),
  }
}

const look = {
  type: 'look',
  serial: 1,
  topic,
  path: 's',
  within: 1,
  first: 0,
  last: 0,
  limit: 9,
  maxBytes: 9_999,
} as const
const put = (...records: ReturnType<typeof entry>[]) =>
  ({ type: 'put', serial: 1, topic, prefix: '', records }) as const

describe('others', () => {
  it('put records, and look for them', () => {
    expect(receive(put(entry('soup', anna))).sent).toMatchObject([{ type: 'taken', kept: 1, refused: 0 }])
    const { sent } = receive(look)
    expect(sent).toMatchObject([
      { type: 'seen', nodes: [{ length: 0 }], records: [{ author: anna.author }], hasMore: false },
    ])
  })

  it('are told nothing if they are not in the room, or may not read it', () => {
    receive(put(entry('soup', anna)))
    const nothing = { type: 'seen', serial: 1, nodes: [], records: [], hasMore: false }
    expect(receive(look, outsider).sent).toEqual([nothing])
    expect(receive(put(entry('salt', anna)), outsider).sent).toMatchObject([{ type: 'taken', kept: 0 }])
    expect(store.size).toBe(1)
    readers.delete(peer)
    expect(receive(look).sent).toEqual([nothing])
    expect(receive({ ...look, topic: topicKeyOf(documentIdOfDigest(new Uint8Array(32))) }).sent).toEqual([nothing])
  })

  it('put no record with another signature, place or right', () => {
    const soup = entry('soup', anna)
    const forged = { ...soup, signature: Uint8Array.from(soup.signature, (byte) => byte ^ 1) }
    expect(receive(put(forged))).toMatchObject({ sent: [{ kept: 0, refused: 1 }], faults: ['bad-record'] })
    expect(receive({ ...put(soup), prefix: 't' })).toMatchObject({
      sent: [{ kept: 0, refused: 1 }],
      faults: ['bad-record'],
    })
    const body = Uint8Array.of(1)
    expect(receive(put({ ...soup, body }))).toMatchObject({ sent: [{ refused: 1 }], faults: ['bad-record'] })
    expect(store.size).toBe(0)
  })

  it('have no more than MAX_AUTHOR_RECORDS of an author kept, but of an admin', () => {
    otherRecords = MAX_AUTHOR_RECORDS - 1
    expect(receive(put(entry('soup', anna), entry('salt', anna))).sent).toMatchObject([{ kept: 1, refused: 1 }])
    expect(receive(put(entry('salt', OWNER))).sent).toMatchObject([{ kept: 1, refused: 0 }])
  })

  it('have AUTHOR_BURST records of an author replaced at once, but of an admin; what is the same counts as nothing', () => {
    const same = put(...Array.from({ length: MAX_RECORDS }, () => entry('soup', anna)))
    for (let i = 0; i <= AUTHOR_BURST / MAX_RECORDS; i++) {
      expect(receive(same).sent).toMatchObject([{ kept: MAX_RECORDS, refused: 0 }])
    }
    let taken = 0
    for (let timeMs = 2; timeMs < AUTHOR_BURST + 9; timeMs++) {
      const [answer] = receive(put(entry('soup', anna, timeMs))).sent
      if (answer?.type === 'taken') taken += answer.kept
    }
    expect(taken).toBe(AUTHOR_BURST)
  })

  for (const [name, what, limit] of [
    ['MAX_DIRECTORY_RECORDS', 'here', MAX_DIRECTORY_RECORDS],
    ['MAX_HELD_RECORDS', 'all', MAX_HELD_RECORDS],
  ] as const) {
    it(`have no more than ${name} kept: whoever has most in a node gives way, and a part is for admins`, () => {
      held[what].records = limit - ADMIN_RECORDS - 3
      const ben = memberOf('ben')
      const texts = () => receive(look).sent.flatMap((seen) => (seen.type === 'seen' ? seen.records : []))
      const kept = () => texts().map(({ body }) => Buffer.from(body.subarray(2, 2 + (body[1] ?? 0))).toString())
      expect(receive(put(...['sa', 'sb', 'sc', 'sd'].map((text) => entry(text, anna)))).sent).toMatchObject([
        { kept: 3, refused: 1 },
      ])
      expect(receive(put(entry('sx', ben), entry('sy', ben))).sent).toMatchObject([{ kept: 1, refused: 1 }])
      expect(kept()).toEqual(['sa', 'sb', 'sx'])
      // Replacing takes no space.
      expect(receive(put(entry('SX', ben, 2))).sent).toMatchObject([{ kept: 1 }])
      for (let i = 0; i < 3; i++) receive(put(entry(`invented ${i}`, memberOf(`invented ${i}`))))
      expect(store.size).toBe(3)
      expect(receive(put(entry('sz', OWNER))).sent).toMatchObject([{ kept: 1, refused: 0 }])
      expect(store.size).toBe(4)
    })
  }

  it('have nobody give way to them if they are no admins and the others have as little', () => {
    held.here.records = MAX_DIRECTORY_RECORDS - 2
    receive(put(entry('sa', OWNER), entry('sb', OWNER)))
    expect(receive(put(entry('sc', anna))).sent).toMatchObject([{ kept: 0, refused: 1 }])
    expect(receive(put(entry('sd', OWNER))).sent).toMatchObject([{ kept: 0, refused: 1 }])
  })

  it('make no more than MAX_DIRECTORY_NODES nodes, and none with nothing in it', () => {
    held.here.nodes = MAX_DIRECTORY_NODES - 1
    const children = new Uint8Array(32)
    for (const text of ['s', 'so', 'sou']) receive({ ...put(), prefix: text, head: { bound: undefined, children } })
    expect(store.nodeCount).toBe(0)
    expect(receive({ ...put(entry('soup', anna)), prefix: 's' }).sent).toMatchObject([{ kept: 1 }])
    expect(receive({ ...put(entry('soup', anna)), prefix: 'so' }).sent).toMatchObject([{ kept: 0, refused: 1 }])
    expect(receive({ ...put(entry('salt', anna)), prefix: 's' }).sent).toMatchObject([{ kept: 1 }])
    expect(store.nodeCount).toBe(1)
  })

  it('make no more than MAX_HELD_NODES nodes in all directories', () => {
    held.all.nodes = MAX_HELD_NODES - 1
    receive(put(entry('soup', anna)))
    expect(receive({ ...put(entry('soup', anna)), prefix: 's' }).sent).toMatchObject([{ kept: 0, refused: 1 }])
  })

  it('are answered ANSWER_BURST_BYTES at once, and again later', () => {
    const answers = ANSWER_BURST_BYTES / MIN_ANSWER_BYTES
    for (let i = 0; i < answers; i++) expect(receive(look).sent).toHaveLength(1)
    expect(receive(look)).toEqual({ sent: [], faults: ['directory-flood'] })
    // A new stream changes nothing.
    handle({ type: 'peer-down', peer })
    handle({ type: 'peer-up', peer, creditBytes: 0 })
    expect(receive(look)).toEqual({ sent: [], faults: ['directory-flood'] })
    expect(receive(look, peer, 1_000).sent).toHaveLength(1)
  })

  it('put nothing where there is no space', () => {
    receive(put(entry('soup', anna)))
    hasSpace = false
    const head = { bound: key('salt'), children: new Uint8Array(32).fill(255) }
    const before = [store.size, store.nodeCount]
    expect(receive({ ...put(entry('salt', anna)), head }).sent).toMatchObject([{ kept: 0, refused: 1 }])
    expect(receive({ ...put(), prefix: 't', head }).sent).toMatchObject([{ kept: 0, refused: 0 }])
    expect([store.size, store.nodeCount]).toEqual(before)
    expect(receive({ ...look, limit: 5 }).sent).toMatchObject([{ records: { length: 1 } }])
  })

  it('have at most the records of one node read by a LOOK', () => {
    const path = 's'.repeat(MAX_LENGTHS)
    for (let length = 1; length <= MAX_LENGTHS; length++) {
      receive({ ...put(entry(path, anna)), prefix: path.slice(0, length) }, peer, length * 1_000)
    }
    // Others have taken their places in memory.
    for (let i = 0; i < MAX_LOADED_NODES; i++) {
      const text = String.fromCharCode(0x4e00 + i)
      receive({ ...put(entry(text, anna)), prefix: key(text) }, peer, (MAX_LENGTHS + i) * 1_000)
    }
    recordsRead = 0
    const long = { ...look, path, first: 1, last: MAX_LENGTHS, limit: 1 }
    const { sent } = receive(long, peer, 1_000_000)
    expect(sent).toMatchObject([{ nodes: { length: MAX_LENGTHS }, records: { length: 1 } }])
    expect(recordsRead).toBe(1)
  })

  it('answer nothing that was not asked', () => {
    const seen: DirectoryRecordOnWire = { type: 'seen', serial: 7, nodes: [], records: [], hasMore: false }
    expect(receive(seen)).toEqual({ sent: [], faults: ['unasked-answer'] })
  })
})

describe('a search', () => {
  const find = (task: number) =>
    handle({ type: 'command', command: { type: 'find', task, room: ROOM, prefix: key('s'), limit: 5 } })

  it('ends without the answer of a peer that is silent or gone', () => {
    receive(put(entry('soup', anna)))
    let effects = find(1)
    for (let asked = 0; effects.every(({ type }) => type !== 'emit'); asked++) {
      const [timer] = effects.flatMap((effect) => (effect.type === 'timer' ? [effect] : []))
      expect(timer).toMatchObject({ afterMs: ANSWER_MS })
      expect(asked).toBeLessThan(4)
      effects = handle({ type: 'timer', timer: timer!.timer })
    }
    expect(effects).toMatchObject([
      { event: { type: 'found', task: 1, entries: [{ text: 'soup' }], isIncomplete: true } },
    ])
    find(2)
    const ended = handle({ type: 'peer-down', peer })
    expect(ended.filter(({ type }) => type === 'emit')).toMatchObject([{ event: { type: 'found', task: 2 } }])
  })

  it('takes nothing that was not asked for, or is not signed, and tells who said it', () => {
    const soup = entry('soup', anna)
    const forged = { ...soup, signature: Uint8Array.from(soup.signature, (byte) => byte ^ 1) }
    for (const wrong of [forged, entry('tea', anna)]) {
      const [first] = sentBy(find(3))
      const head = { length: 0, bound: undefined, children: new Uint8Array(32) }
      const statuses = { type: 'seen' as const, nodes: [head], records: [], hasMore: false }
      const [second] = receive({ ...statuses, serial: first!.serial }).sent
      const records = [{ ...statuses, serial: second!.serial, records: [wrong] }]
      const answered = handle({ type: 'records', from: peer, records })
      expect(answered).toMatchObject([
        { type: 'misbehaviour', peer, reason: { code: 'bad-record' } },
        { type: 'emit', event: { type: 'found', entries: [] } },
      ])
    }
  })

  it('ends with its directory, as a write does, whatever comes later', () => {
    const head = { length: 0, bound: undefined, children: new Uint8Array(32) }
    const nothing = { type: 'seen' as const, nodes: [head], records: [], hasMore: false }
    const [asked] = sentBy(find(1))
    const records = [entry('soup', OWNER)]
    const placed = handle({ type: 'command', command: { type: 'place', task: 2, room: ROOM, records } })
    isOpen = false
    expect(handle({ type: 'command', command: { type: 'closed', room: ROOM } })).toMatchObject([
      { event: { type: 'found', task: 1, entries: [], isIncomplete: true } },
      { event: { type: 'placed', task: 2, copies: 0 } },
    ])
    expect(receive({ ...nothing, serial: asked!.serial })).toEqual({ sent: [], faults: ['unasked-answer'] })
    const timers = placed.flatMap((effect) => (effect.type === 'timer' ? [effect.timer] : []))
    expect(timers.flatMap((timer) => handle({ type: 'timer', timer }))).toEqual([])
    expect(find(3)).toMatchObject([{ event: { type: 'found', task: 3, entries: [] } }])
  })

  it('is refused beyond MAX_TASKS', () => {
    for (let task = 0; task < MAX_TASKS; task++) find(task)
    expect(find(MAX_TASKS)).toEqual([{ type: 'emit', event: { type: 'too-many', task: MAX_TASKS } }])
  })
})
