/** A history with more documents than may be pending: it is walked back, and requested again from its start. */
import { beforeEach, expect, it } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import { MAX_RETRY_MS, PATIENCE_MS } from '../../../../protocols/ensure-map/constants.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { anna, bob, carol, documentAfter, historyAfter, kitchen, room } from './dags.ts'
import type { TestNode } from './test-node.ts'
import { World } from './world.ts'

/** Documents arrive in pairs, and there is no space for any. */
const history = historyAfter(kitchen, 6, (i) => `${i}`)

let world: World
let a: TestNode

beforeEach(() => {
  world = new World()
  a = world.add(anna)
  a.held.accept([kitchen])
  a.isValidating = false
  world.meet(a, bob)
})

const asked = (): number[] => {
  const ids = a.takeSent().flatMap(({ record }) => (record.type === 'want' ? record.ids : []))
  return ids.map((id) => history.findIndex((document) => document.id === id))
}

/** Bob sends some documents, the newest first. */
function send(documents: readonly Document[]): void {
  const blocks = documents.toReversed().map(({ id, block }) => ({ id, data: block }))
  a.hear(bob, ...blocks.map((block) => ({ type: 'block', topic: topicKeyOf(room), ...block }) as const))
}

function refuse(documents: readonly Document[], ancestors: readonly Document[]): void {
  send(documents)
  const [refused, before] = [documents, ancestors].map((some) => some.map(({ id }) => id))
  a.command({ type: 'validated', room, from: bob, pending: [], refused: refused!, ancestors: before! })
}

function accept(documents: readonly Document[]): void {
  a.held.accept(documents)
  a.command({ type: 'stored', room, ids: documents.map(({ id }) => id) })
}

/** The newest was requested, and arrived with the one before; there was no space for them. */
function begin(): void {
  a.command({ type: 'missing', room, ids: [history[5]!.id], from: bob, isPatient: false })
  refuse(history.slice(4), history.slice(3, 4))
}

it('is requested back to what is here, and then forward from there, each part once the previous one is here', () => {
  begin()
  expect(asked()).toEqual([5, 3])
  refuse(history.slice(2, 4), history.slice(1, 2))
  expect(asked()).toEqual([1])
  for (const from of [0, 2, 4]) {
    send(history.slice(from, from + 2))
    accept(history.slice(from, from + 2))
    expect(asked()).toEqual(from < 4 ? [from + 3] : [])
  }
  world.pass(2 * MAX_RETRY_MS)
  expect(asked()).toEqual([])
  expect(world.isAtRest).toBe(true)
})

it('is not requested while documents arrive in its room by themselves', () => {
  const others = historyAfter(kitchen, 3, (i) => `other ${i}`)
  accept(others.slice(0, 1))
  begin()
  expect(asked()).toEqual([5])
  world.pass(PATIENCE_MS - 1)
  accept(others.slice(1, 2))
  world.pass(PATIENCE_MS - 1)
  expect(asked()).toEqual([])
  world.pass(1)
  expect(asked()).toEqual([3])
})

it('is requested after a while if its start arrived in another way', () => {
  begin()
  accept(history.slice(0, 4))
  asked()
  world.pass(PATIENCE_MS - 1)
  expect(asked()).toEqual([])
  world.pass(1)
  expect(asked()).toEqual([5])
})

it('is not requested from its end whenever a peer connects, but now and then', () => {
  begin()
  a.hear(bob, { type: 'dont-have', topic: topicKeyOf(room), ids: [history[3]!.id] })
  asked()
  world.meet(a, carol)
  expect(asked()).toEqual([3])
  world.pass(MAX_RETRY_MS)
  expect(asked()).toContain(5)
})

it('waits for everything it needs', () => {
  const [left, right] = ['left', 'right'].map((label) => documentAfter([kitchen], label)) as [Document, Document]
  a.command({ type: 'missing', room, ids: [history[5]!.id], from: bob, isPatient: false })
  refuse(history.slice(5), [left, right])
  send([left, right])
  asked()
  accept([left])
  expect(asked()).toEqual([])
  accept([right])
  expect(asked()).toEqual([5])
})
