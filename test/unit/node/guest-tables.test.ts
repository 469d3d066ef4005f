/** What guests of a node write in its tables, and how much of that. */
import { beforeEach, describe, expect, it } from 'vitest'
import { map } from '../../../src/apps/map/index.ts'
import { GuestSpace, MAX_GUEST_TABLE_BYTES, MAX_GUESTS_TABLE_BYTES } from '../../../src/guest-space.ts'
import { guestWriting, MAX_GUEST_ENTRY_BYTES } from '../../../src/guest-writing.ts'
import type { JsonValue, KithError, RoomOf } from '../../../src/kith.ts'
import { deviceNode } from './devices/device-nodes.ts'

let room: RoomOf<typeof map>
let space: GuestSpace

beforeEach(async () => {
  room = await deviceNode(0).rooms.create({ name: 'Stock', app: map })
  space = new GuestSpace()
})

const write = async (guest: string, command: string, args: Record<string, JsonValue>) =>
  guestWriting(room, guest, command, args).write(space)
const put = (guest: string, key: string, value: JsonValue) => write(guest, 'put', { key, value })
const remove = (guest: string, key: string) => write(guest, 'delete', { key })

/** What guests of this node have in the table. */
function heldBytes(only?: string): number {
  return [...room.state.entries.values()]
    .filter(({ guest }) => guest !== undefined && (only === undefined || guest === only))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** Fills what a guest may have with long entries; returns how many there are. */
async function fill(guest: string): Promise<number> {
  for (let count = 0; ; count++) {
    const refused = await put(guest, `${guest} ${count}`, 'x'.repeat(16_000)).catch((error: KithError) => error)
    if (!(refused instanceof Error)) continue
    expect(refused.code).toBe('quota')
    return count
  }
}

describe('a guest', () => {
  it('sets and removes entries under its name, also those of others', async () => {
    await room.put('apples', 1)
    await put('Kim', 'apples', { red: 2 })
    await put('Kim', 'pears', null)
    await remove('Lea', 'pears')
    expect(room.entries()).toMatchObject([{ key: 'apples', value: { red: 2 }, guest: 'Kim' }])
    expect(room.state.entries.get('pears')).toMatchObject({ value: undefined, guest: 'Lea' })
  })

  it.each<[string, string, Record<string, JsonValue>, string]>([
    ['no value', 'put', { key: 'a' }, 'bad-value'],
    ['no key', 'put', { value: 1 }, 'bad-value'],
    ['a key that is no text', 'delete', { key: 1 }, 'bad-value'],
    ['an empty key', 'put', { key: '', value: 1 }, 'bad-name'],
    ['a key that nobody sees', 'put', { key: '\u200b', value: 1 }, 'bad-name'],
    ['an entry that is too long', 'put', { key: 'a', value: 'x'.repeat(MAX_GUEST_ENTRY_BYTES) }, 'too-large'],
    ['half a surrogate pair', 'put', { key: 'a', value: '\ud800' }, 'bad-value'],
    ['a command that only reads', 'entries', {}, 'no-such-command'],
    ['what every object has', 'constructor', {}, 'no-such-command'],
  ])('does not write with %s', async (_what, command, args, code) => {
    await expect(write('Kim', command, args)).rejects.toMatchObject({ code })
    expect(room.state.entries.size).toBe(0)
  })

  it('has as much of a table as it may, and then still makes its entries shorter', async () => {
    const count = await fill('Kim')
    expect(count).toBe(Math.floor(MAX_GUEST_TABLE_BYTES / 16_200))
    expect(heldBytes('Kim')).toBeLessThanOrEqual(MAX_GUEST_TABLE_BYTES)
    await put('Kim', 'Kim 0', 'y'.repeat(16_000))
    await put('Kim', 'Kim 0', 'short')
    await put('Kim', 'new', 'x'.repeat(16_000))
    await expect(put('Kim', 'Kim 0', 'y'.repeat(16_000))).rejects.toMatchObject({ code: 'quota' })
    await remove('Kim', 'Kim 1')
    // Members, and guests with less, are not kept from anything.
    await room.put('Kim 2', 'x'.repeat(50_000))
    await put('Lea', 'Lea', 'x'.repeat(16_000))
  })

  it('has no more by writing much at once', async () => {
    const writes = Array.from({ length: 40 }, (_, i) => put('Kim', `key ${i}`, 'x'.repeat(16_000)))
    const done = await Promise.allSettled(writes)
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(Math.floor(MAX_GUEST_TABLE_BYTES / 16_200))
    expect(heldBytes()).toBeLessThanOrEqual(MAX_GUEST_TABLE_BYTES)
    // What was refused is not counted any more.
    await put('Kim', 'key 0', 'short')
    await put('Kim', 'small', 1)
  })
})

it('all guests of a node together have a part of a table, which leaves the node the rest', async () => {
  for (let guest = 0; heldBytes() < MAX_GUESTS_TABLE_BYTES - 20_000; guest++) await fill(`Guest ${guest}`)
  await expect(put('another', 'a', 'x'.repeat(16_000))).rejects.toMatchObject({
    code: 'quota',
    message: expect.stringContaining('guests of this node') as string,
  })
  expect(heldBytes()).toBeLessThanOrEqual(MAX_GUESTS_TABLE_BYTES)
  // One may take the place of another.
  await put('another', 'Guest 0 0', 'x'.repeat(15_000))
  await room.put('of the owner', 'x'.repeat(50_000))
})
