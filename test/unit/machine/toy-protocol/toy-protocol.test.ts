/** A protocol is added by its folder and a row in the list of wings; nothing else knows of it. */
import { expect, test } from 'vitest'
import type { PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { builtInApps, byName } from '../../../../src/apps/index.ts'
import { NodeMachine, type NodeEffect, type NodeInput } from '../../../../src/machine/node-machine.ts'
import { wings as usualWings } from '../../../../src/machine/wings.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { at, signerOf } from '../../room/history.ts'
import { waveWing, type WaveEvent } from './wing.ts'

const wings = { ...usualWings, waves: waveWing }
type Wings = typeof wings

/** Two nodes whose records reach each other at once, encoded and decoded. */
class Pair {
  readonly events: { at: string; event: WaveEvent }[] = []
  readonly #machines: Record<string, NodeMachine<Wings>>

  constructor(...names: string[]) {
    this.#machines = Object.fromEntries(
      names.map((name, index) => [
        name,
        new NodeMachine({
          ...{ self: name as PeerId, store: memoryStore(), signer: signerOf(index), random: () => 0, wings },
          apps: byName(builtInApps),
          ...{ authorName: undefined, peerRecord: () => undefined },
        }),
      ]),
    )
  }

  roomOf(name: string): RoomId {
    return this.#machines[name]!.rooms.list()[0]!.record.id
  }

  push(name: string, input: NodeInput<Wings>): void {
    for (const effect of this.#machines[name]!.handle(input, at(0))) this.#execute(name, effect)
  }

  connect(a: string, b: string): void {
    for (const [name, peer] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const [protocol, { codec }] of Object.entries(wings)) {
        const { creditBytes } = codec.hello
        this.push(name, { type: 'protocol', protocol, input: { type: 'peer-up', peer: peer as PeerId, creditBytes } })
      }
    }
  }

  #execute(name: string, effect: NodeEffect<Wings>): void {
    if (effect.type === 'send') this.#send(name, effect)
    else if (effect.type === 'emit' && effect.event.type === 'waved')
      this.events.push({ at: name, event: effect.event })
  }

  #send(name: string, { protocol, to, record }: NodeEffect<Wings> & { type: 'send' }): void {
    const { codec } = wings[protocol as keyof Wings]
    for (const frame of codec.encodeFrames([record as never])) {
      const records = codec.decodeFrame(frame)
      this.push(to, { type: 'protocol', protocol, input: { type: 'records', from: name as PeerId, records } })
    }
  }
}

test('a protocol that is only in the list of wings is notified of neighbours, accepts commands, sends and emits', () => {
  const pair = new Pair('anna', 'bob')
  pair.push('anna', { type: 'command', command: { type: 'create', name: 'Kitchen', app: 'chat' } })
  pair.connect('anna', 'bob')
  pair.push('anna', { type: 'command', command: { type: 'wave', peer: 'bob' as PeerId, hands: 2 } })
  expect(pair.events.splice(0)).toEqual([{ at: 'bob', event: { type: 'waved', peer: 'anna', hands: 2 } }])
  pair.push('bob', { type: 'command', command: { type: 'join', room: pair.roomOf('anna') } })
  const greeting = { at: 'bob', event: { type: 'waved', peer: 'anna', hands: 1 } }
  expect(pair.events.splice(0), 'anna has a new neighbour').toEqual([greeting])
  pair.push('bob', { type: 'protocol', protocol: 'waves', input: { type: 'peer-down', peer: 'anna' as PeerId } })
  pair.push('bob', { type: 'command', command: { type: 'wave', peer: 'anna' as PeerId, hands: 2 } })
  expect(pair.events, 'nobody is there').toEqual([])
})
