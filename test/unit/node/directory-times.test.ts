/** What a node signs for directories, whatever times others tell. */
import { expect, it } from 'vitest'
import type { NodeCore } from '../../../src/node/core.ts'
import { NodeDirectories } from '../../../src/node/node-directories.ts'
import { entry, memberOf, ROOM } from '../protocols/directory/members.ts'
import { entriesOf, type Rights } from '../../../protocols/directory/prefix-node.ts'

const OWNER = memberOf('owner')
const rights: Rights = { counts: () => true, isAdmin: () => true }
const core = {
  machine: { wings: { directory: { rights: () => ({ actOf: () => undefined }) } } },
} as unknown as NodeCore

it('removes an entry of the last time that there is, and goes on with the time of now', () => {
  const directories = new NodeDirectories(core, OWNER)
  const last = entry('soup', memberOf('anna'), Number.MAX_SAFE_INTEGER)
  const gone = directories.sign(ROOM, { text: 'soup', isGone: true, of: last.author }, last.timeMs)
  expect(entriesOf([last], rights)).toHaveLength(1)
  expect(entriesOf([last, gone], rights)).toEqual([])
  expect(directories.sign(ROOM, { text: 'salt' }).timeMs).toBeLessThan(Number.MAX_SAFE_INTEGER)
  expect(directories.sign(ROOM, { text: 'salt' }, 9e15).timeMs).toBe(9e15 + 1)
})
