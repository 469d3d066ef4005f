import { expect, it } from 'vitest'
import { Effects } from '../../../../protocols/wire/effects.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'

it('gives the effects in order, once', () => {
  const effects = new Effects<string, string, string, string>()
  const peer = 'bob' as PeerId
  effects.send(peer, 'record')
  effects.persist('write')
  effects.emit('event')
  effects.setTimer('timer', 10)
  effects.misbehaviour(peer, 'flood')
  const taken = effects.take()
  expect(taken).toEqual([
    { type: 'send', to: peer, record: 'record' },
    { type: 'persist', write: 'write' },
    { type: 'emit', event: 'event' },
    { type: 'timer', timer: 'timer', afterMs: 10 },
    { type: 'misbehaviour', peer, reason: { code: 'flood', fatal: false } },
  ])
  expect(effects.take()).toEqual([])
  effects.emit('next')
  expect(taken, 'what was taken stays as it is').toHaveLength(5)
})

it('counts what a peer does wrong once for each input, and code', () => {
  const effects = new Effects<string, string, string, string>()
  const [anna, bob] = ['anna', 'bob'] as PeerId[] as [PeerId, PeerId]
  for (let i = 0; i < 1_500; i++) effects.misbehaviour(anna, 'flood')
  effects.misbehaviour(anna, 'other')
  effects.misbehaviour(bob, 'flood')
  expect(effects.take()).toHaveLength(3)
  effects.misbehaviour(anna, 'flood')
  expect(effects.take()).toHaveLength(1)
})
