/** Hundreds of forks are a few notices, and a count that everybody can read. */
import { expect, test } from 'vitest'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import { forks, FORKING_AUTHORS, FORKS } from './attacks/forks.ts'

/** As in src/node/announcer.ts. */
const MAX_NOTICES = 16

const kith = useKith()

test(`${FORKS} forks of one author and ${FORKING_AUTHORS} of others are ${MAX_NOTICES} notices`, async () => {
  const node = await kith.start({ name: 'Node' })
  const honest = await kith.start({ name: 'Honest', peers: [node.address] })
  const room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  await forks.run({ address: node.address, room, signal: new AbortController().signal })
  for (const { api } of [node, honest]) {
    const counts = async () => (await api.call('rooms.show', { room })).forks.map(({ documents }) => documents)
    await expect.poll(counts, POLL).toEqual([FORKS, ...Array.from({ length: FORKING_AUTHORS }, () => 1)])
    const members = await api.call('rooms.members', { room })
    expect(Math.max(...members.map((member) => member.forks))).toBe(FORKS)
  }
  const notices = node.events.flatMap((record) => (record.event === 'fork' ? [record.fork.author] : []))
  expect(notices).toHaveLength(MAX_NOTICES)
  expect(new Set(notices).size, 'one for each author').toBe(MAX_NOTICES)
  await honest.send(room, 'still here')
  await expect.poll(async () => (await node.read(room)).at(-1)?.text, POLL).toBe('still here')
}, 120_000)
