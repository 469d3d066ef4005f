import { expect, test } from 'vitest'
import type { EnsureMapRecord } from '../../../protocols/ensure-map/index.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { TopicKey } from '../../../protocols/wire/ids.ts'
import { lieAbout } from '../../../src/simulate/lies.ts'

const topic = 'topic' as TopicKey
const data = Buffer.from('soup')
const id = blockIdOf('raw', data)
const block: EnsureMapRecord = { type: 'block', topic, id, data }
const absent: EnsureMapRecord = { type: 'dont-have', topic, ids: [id] }
const question: EnsureMapRecord = { type: 'want', topic, ids: [id], priority: 1 }

test('wrong bytes come under the requested id, and the original block stays unchanged', () => {
  const [lie, ...others] = lieAbout([block, absent, question], 'wrong-bytes')
  expect(lie).toMatchObject({ type: 'block', topic, id })
  expect(blockIdOf('raw', (lie as typeof block & { data: Uint8Array }).data)).not.toBe(id)
  expect(data.toString()).toBe('soup')
  expect(others).toEqual([absent, question])
})

test('a block is promised or denied, and not sent', () => {
  expect(lieAbout([block, absent, question], 'promises')).toEqual([
    { type: 'have', topic, ids: [id] },
    absent,
    question,
  ])
  expect(lieAbout([block, absent, question], 'denies')).toEqual([absent, absent, question])
})

test('each answer brings a block that nobody asked for', () => {
  const unasked = { type: 'block', topic, id: expect.not.stringMatching(id) as string }
  expect(lieAbout([block, absent, question], 'unasked')).toMatchObject([block, unasked, absent, unasked, question])
})
