/** The ring of the library: what it makes of its arguments, and of what the machine answers. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RingCommand, RingResult } from '../../../protocols/ring/index.ts'
import { MAX_ITEM_BYTES, MAX_TTL_SECONDS } from '../../../protocols/ring/constants.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { NodeCore } from '../../../src/node/core.ts'
import { NodeRing } from '../../../src/node/node-ring.ts'
import type { NodeCommand } from '../../../src/machine/node-machine.ts'

const signer = signerOfSeed(new Uint8Array(32).fill(1))
const KEY = 'ab'.repeat(32)
let asked: RingCommand[]
let answers: RingResult[]
let ring: NodeRing

const held = (more: object = {}): RingResult => {
  return { type: 'put', key: KEY as never, isHeld: true, holders: [signer.author], newer: undefined, full: 0, ...more }
}

beforeEach(() => {
  asked = []
  answers = []
  const command = async (each: NodeCommand) => {
    if (each.type !== 'ring') return {}
    asked.push(each.command)
    ring.handle({
      type: 'ring-done',
      call: each.command.call,
      result: answers.shift() ?? { type: 'failed', failure: 'no-answer' },
    })
    return {}
  }
  const core = { self: signer.author, command } as unknown as NodeCore
  ring = new NodeRing({ core, signer, isOn: true, quotaBytes: 1 })
})

describe('put', () => {
  it('has four copies for 30 days unless told otherwise', async () => {
    answers = [held(), held()]
    await ring.put(Buffer.from('a'))
    await ring.put(Buffer.from('a'), { copies: 8, ttlMs: 1_500 })
    expect(asked).toMatchObject([
      { item: { copies: 4, ttlSeconds: MAX_TTL_SECONDS, signed: undefined } },
      { item: { copies: 8, ttlSeconds: 2 } },
    ])
  })

  it.each([
    [{ copies: 3 }, 'bad-value'],
    [{ copies: 32 }, 'bad-value'],
    [{ ttlMs: 0 }, 'bad-value'],
    [{ ttlMs: (MAX_TTL_SECONDS + 1) * 1_000 }, 'bad-value'],
    [{ name: 'n'.repeat(65) }, 'bad-value'],
  ])('with %j is refused', async (options, code) => {
    await expect(ring.put(Buffer.from('a'), options)).rejects.toMatchObject({ code })
    expect(asked).toEqual([])
  })

  it('of too large a value is refused', async () => {
    await expect(ring.put(new Uint8Array(MAX_ITEM_BYTES + 1))).rejects.toMatchObject({ code: 'bad-value' })
  })

  it('under a name counts on from what is there, also where another one was faster', async () => {
    const got: RingResult = { type: 'got', item: undefined, from: undefined, isUnsure: false }
    answers = [got, held({ isHeld: false, newer: 4 }), held()]
    expect(await ring.put(Buffer.from('a'), { name: 'home' })).toMatchObject({ sequence: 5 })
    answers = [got, ...Array<RingResult>(3).fill(held({ isHeld: false, newer: 9 }))]
    await expect(ring.put(Buffer.from('a'), { name: 'home' })).rejects.toMatchObject({ code: 'newer-item' })
  })

  it.each([
    [held({ isHeld: false, full: 2 }), 'ring-full'],
    [held({ isHeld: false }), 'no-answer'],
    [{ type: 'failed', failure: 'too-many' } satisfies RingResult, 'too-many'],
    [{ type: 'failed', failure: 'nobody' } satisfies RingResult, 'no-answer'],
  ])('that ends as %j throws', async (result, code) => {
    answers = [result]
    await expect(ring.put(Buffer.from('a'))).rejects.toMatchObject({ code })
  })
})

it('keys that are none are refused, and a node without a ring says so', async () => {
  await expect(ring.get('ab')).rejects.toMatchObject({ code: 'bad-key' })
  expect(() => ring.keyOf('Anna', 'home')).toThrow(expect.objectContaining({ code: 'bad-value' }))
  expect(ring.keyOf(signer.author, 'home')).toMatch(/^[0-9a-f]{64}$/)
  const off = new NodeRing({ core: {} as NodeCore, signer, isOn: false, quotaBytes: 1 })
  await expect(off.get(KEY)).rejects.toMatchObject({ code: 'no-ring' })
})

it('a message is told to listeners', () => {
  const heard: unknown[] = []
  const listener = (message: unknown) => heard.push(message)
  ring.on('hello', listener)
  ring.handle({ type: 'ring-hello', payload: Buffer.from('hi'), from: signer.author })
  ring.off('hello', listener)
  ring.handle({ type: 'ring-hello', payload: Buffer.from('ho'), from: signer.author })
  expect(heard).toEqual([{ payload: Buffer.from('hi'), from: signer.author }])
})
