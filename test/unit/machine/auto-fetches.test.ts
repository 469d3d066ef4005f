/** What is fetched automatically is bounded by what its authors can cause, and comes in turn. */
import { beforeEach, expect, it } from 'vitest'
import { MAX_LINKS } from '../../../protocols/document/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import {
  AUTO_FETCH_PLACES_PER_AUTHOR,
  AUTO_FETCH_TURN_MS,
  AUTO_FETCHED_PER_AUTHOR,
} from '../../../src/machine/constants.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import { announce, link, makeFile, PART_BYTES, share, type MadeFile } from '../room/shared-files.ts'
import { Nodes, type TestNode } from './nodes.ts'

/** Longer than anything takes that some node has. */
const SETTLE_MS = 5_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(SETTLE_MS)
})

const isComplete = ({ id }: MadeFile): boolean => bob.store.ensured(room, id)?.state === 'complete'

it('a few at a time, and the others in turn, where documents link to hundreds that nobody has', () => {
  const links = Array.from({ length: 3 }, (_, i) =>
    Array.from({ length: MAX_LINKS }, (_each, k) => new MemoryBlocks().raw(`${i} ${k}`)),
  )
  for (const some of links) link(anna, room, some)
  nodes.run(SETTLE_MS)
  const searched = () => bob.store.ensuredRows({ state: 'searching' }).map(({ id }) => id)
  const first = searched()
  expect(first).toHaveLength(AUTO_FETCH_PLACES_PER_AUTHOR)
  expect(bob.machine.wings['ensure-map'].searching).toBe(AUTO_FETCH_PLACES_PER_AUTHOR)
  nodes.run(4 * AUTO_FETCH_TURN_MS)
  expect(searched()).toHaveLength(AUTO_FETCH_PLACES_PER_AUTHOR)
  expect(searched().filter((id) => first.includes(id))).toEqual([])
  // What somebody has finds a place at once.
  const file = makeFile(1, 1)
  share(anna, room, file)
  nodes.run(SETTLE_MS)
  expect(isComplete(file)).toBe(true)
  expect([...anna.faults, ...bob.faults]).toEqual([])
})

it('in turn, also those that found no place at first and are had by somebody', () => {
  const files = Array.from({ length: AUTO_FETCH_PLACES_PER_AUTHOR + 10 }, (_, i) => makeFile(100 + i, 1))
  for (const file of files) announce(anna, room, file)
  nodes.run(SETTLE_MS)
  expect(bob.store.ensuredRows({ state: 'searching' })).toHaveLength(AUTO_FETCH_PLACES_PER_AUTHOR)
  for (const { id, blocks } of files) {
    anna.command({ type: 'put-blocks', blocks })
    anna.command({ type: 'ensure', room, id })
  }
  nodes.run(2 * AUTO_FETCH_TURN_MS)
  expect(files.filter(isComplete)).toHaveLength(files.length)
  expect([...anna.faults, ...bob.faults]).toEqual([])
})

it('in turn, also in a machine that was made anew', () => {
  const files = Array.from({ length: AUTO_FETCH_PLACES_PER_AUTHOR + 10 }, (_, i) => makeFile(100 + i, 1))
  for (const file of files) announce(anna, room, file)
  nodes.run(SETTLE_MS)
  nodes.unlink(anna, bob)
  bob.machine.rebuild()
  nodes.link(anna, bob)
  for (const { id, blocks } of files) {
    anna.command({ type: 'put-blocks', blocks })
    anna.command({ type: 'ensure', room, id })
  }
  nodes.run(2 * AUTO_FETCH_TURN_MS)
  expect(files.filter(isComplete)).toHaveLength(files.length)
})

it('up to so many bytes of one author in a day; the rest on request', () => {
  bob.command({ type: 'limit-files', room, autoFetchBytesMax: PART_BYTES })
  const { burst } = AUTO_FETCHED_PER_AUTHOR
  const files = Array.from({ length: burst + 10 }, (_, i) => makeFile(100 + i, 1))
  for (const file of files) {
    share(anna, room, file)
    nodes.run(1_000)
  }
  const fetched = files.filter(isComplete).length
  expect(fetched).toBeGreaterThanOrEqual(burst)
  expect(fetched).toBeLessThanOrEqual(burst + 2)
  const last = files.at(-1)!
  expect(bob.store.ensured(room, last.id)).toBeUndefined()
  bob.command({ type: 'ensure', room, id: last.id })
  nodes.run(SETTLE_MS)
  expect(isComplete(last)).toBe(true)
})
