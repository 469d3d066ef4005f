/** The ring in a node: what its user puts is stored before it is acknowledged, and is there after the machine is made anew. */
import { expect, it } from 'vitest'
import { keyOf, type Item } from '../../../protocols/ring/index.ts'
import type { NodeEffect } from '../../../src/machine/node-machine.ts'
import { Nodes } from './nodes.ts'
import { addNode } from './private-party.ts'

const item: Item = { value: Buffer.from('hello'), signed: undefined, ttlSeconds: 60, copies: 4 }

it('keeps an item of its own where it is alone, also when its machine is made anew', () => {
  const nodes = new Nodes()
  const anna = addNode(nodes, 1)
  const now = { monotonicMs: 1_000, wallMs: 1_780_000_000_000 }
  const ask = (command: object): NodeEffect[] =>
    anna.machine.handle({ type: 'command', command: { type: 'ring', command } as never }, now)
  const results = (effects: NodeEffect[]) =>
    effects.flatMap((effect) => (effect.type === 'emit' && effect.event.type === 'ring-done' ? [effect.event] : []))
  expect(results(ask({ type: 'put', call: 1, item }))).toMatchObject([{ call: 1, result: { isHeld: true } }])
  anna.machine.rebuild()
  expect(anna.machine.wings.ring.view).toMatchObject({ items: 1, connected: 0 })
  const got = results(ask({ type: 'get', call: 2, key: keyOf(item), copies: 4 }))
  expect(got).toMatchObject([{ call: 2, result: { item: { copies: 4 }, from: anna.peer } }])
})

it('tells of messages, and of peers to dial', () => {
  const nodes = new Nodes()
  const [anna, bob] = [addNode(nodes, 1), addNode(nodes, 2)]
  const now = { monotonicMs: 1_000, wallMs: 1_780_000_000_000 }
  const handle = (input: object): NodeEffect[] =>
    anna.machine.handle({ type: 'protocol', protocol: 'ring', input } as never, now)
  const sent = handle({ type: 'peer-up', peer: bob.peer, creditBytes: 0 })
  expect(sent).toContainEqual(expect.objectContaining({ type: 'send', protocol: 'ring', to: bob.peer }))
  const hello = { type: 'hello', payload: Buffer.from('hi'), record: new Uint8Array(0) }
  const request = { type: 'request', request: 1, target: undefined, hops: 0, isTraced: false, except: [], body: hello }
  const effects = handle({ type: 'records', from: bob.peer, records: [request] })
  expect(effects).toContainEqual({
    type: 'emit',
    event: { type: 'ring-hello', payload: hello.payload, from: bob.peer },
  })
})
